import { Construct } from 'constructs';
import { Component } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { NamespaceHandle, PostgresHandle } from '../core/handles';
import { copiedSecret } from './copied-secret';

export interface PostgresDatabaseProps {
  /** The cluster that holds it. */
  readonly postgres: PostgresHandle;
  /** Namespace of the application, which receives the secret. */
  readonly namespace: NamespaceHandle;
  /**
   * Name of the database and of the role that owns it.
   *
   * @default - the id with `_` for every dash
   */
  readonly name?: string;
  /**
   * Connections that the role may have open at once.
   *
   * @default 50
   */
  readonly connections?: number;
  /**
   * Extensions to create in it, such as `pgcrypto`.
   *
   * @default - none
   */
  readonly extensions?: readonly string[];
}

/**
 * A database of one application, with an owner whose password nobody has to know: it is generated in the cluster and
 * appears, with all that a client needs, in a secret of the application's namespace.
 *
 * The secret has the entries `host`, `read-host`, `port`, `database`, `username`, `password`, `uri` and `ca.crt`.
 *
 * @see https://cloudnative-pg.io/docs/current/declarative_database_management
 */
export class PostgresDatabase extends Component {
  /** Name of the database and of its owner. */
  readonly name: string;
  /** Name of the secret in the application's namespace. */
  readonly secret: string;

  constructor(scope: Construct, id: string, props: PostgresDatabaseProps) {
    super(scope, id, { purpose: `keeps the relational data of ${id}`, namespace: props.namespace });
    this.name = props.name ?? id.replaceAll('-', '_');
    this.secret = `${id}-postgres`;
    const { postgres } = props;
    this.customResources('database', {
      after: Construct.isConstruct(postgres) ? [postgres] : [],
      resources: [
        ...postgres.newPassword(this.passwordSecret(props)),
        ...this.role(props),
        this.database(props),
        ...this.connection(props),
      ],
    });
    const cr = `database.postgresql.cnpg.io/${this.objectName(props)}`;
    this.verifiedBy(
      `kubectl -n ${postgres.namespace.name} wait --for=jsonpath='{.status.applied}'=true ${cr}`,
      `kubectl -n ${props.namespace.name} get secret ${this.secret}`,
    );
    this.rolledBackBy(`helm -n ${props.namespace.name} rollback ${id}-database`);
    this.handsOver('database secret', `${props.namespace.name}/${this.secret}`);
  }

  /** Objects of all teams meet in the namespace of the cluster. */
  private objectName({ namespace }: PostgresDatabaseProps): string {
    return `${namespace.name}-${this.node.id}`;
  }

  private passwordSecret(props: PostgresDatabaseProps): string {
    return `${this.objectName(props)}-password`;
  }

  private role(props: PostgresDatabaseProps): CustomResource[] {
    const { postgres, connections = 50 } = props;
    const name = this.objectName(props);
    const namespace = postgres.namespace.name;
    return [
      // The operator wants name and password in one secret of this type.
      ...copiedSecret({
        name,
        namespace,
        from: namespace,
        type: 'kubernetes.io/basic-auth',
        labels: { 'cnpg.io/reload': 'true' },
        read: { password: { secret: this.passwordSecret(props), key: 'password' } },
        entries: { username: this.name, password: '{{ .password }}' },
      }),
      {
        apiVersion: 'postgresql.cnpg.io/v1',
        kind: 'DatabaseRole',
        metadata: { name, namespace },
        spec: {
          cluster: { name: postgres.name },
          name: this.name,
          login: true,
          connectionLimit: connections,
          passwordSecret: { name },
          databaseRoleReclaimPolicy: this.reclaimPolicy,
        },
      },
    ];
  }

  private database(props: PostgresDatabaseProps): CustomResource {
    const { postgres, extensions = [] } = props;
    return {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Database',
      metadata: { name: this.objectName(props), namespace: postgres.namespace.name },
      spec: {
        cluster: { name: postgres.name },
        name: this.name,
        owner: this.name,
        databaseReclaimPolicy: this.reclaimPolicy,
        ...(extensions.length > 0 && { extensions: extensions.map((name) => ({ name })) }),
      },
    };
  }

  private connection(props: PostgresDatabaseProps): CustomResource[] {
    const { postgres, namespace } = props;
    const address = `${postgres.host}:${postgres.port}/${this.name}?sslmode=verify-full`;
    return copiedSecret({
      name: this.secret,
      namespace: namespace.name,
      from: postgres.namespace.name,
      read: {
        password: { secret: this.passwordSecret(props), key: 'password' },
        ca: { secret: postgres.caSecret, key: 'ca.crt' },
      },
      entries: {
        host: postgres.host,
        'read-host': postgres.readHost,
        port: String(postgres.port),
        database: this.name,
        username: this.name,
        password: '{{ .password }}',
        uri: `postgresql://${this.name}:{{ .password | urlquery }}@${address}`,
        'ca.crt': '{{ .ca }}',
      },
    });
  }

  /** What happens to the data when the object goes. */
  private get reclaimPolicy(): 'retain' | 'delete' {
    return this.environment.facts.deletionProtection ? 'retain' : 'delete';
  }
}
