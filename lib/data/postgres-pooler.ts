import { Construct } from 'constructs';
import { Component } from '../core/component';
import type { PostgresHandle } from '../core/handles';
import { podMonitor } from './monitoring';

export interface PostgresPoolerProps {
  /** The cluster behind it; the pooler runs in the same namespace. */
  readonly postgres: PostgresHandle;
  /**
   * Connections that clients may have open, over all databases.
   *
   * @default 500
   */
  readonly clients?: number;
  /**
   * Connections to the server per database and user.
   *
   * @default 25
   */
  readonly poolSize?: number;
  /**
   * When a connection goes back to the pool. In the mode `transaction` a client must not rely on anything that lives
   * longer than a transaction.
   *
   * @default 'transaction'
   */
  readonly mode?: 'transaction' | 'session';
}

/**
 * PgBouncer before the primary: many clients share few connections.
 *
 * @see https://cloudnative-pg.io/docs/current/connection_pooling
 */
export class PostgresPooler extends Component {
  readonly host: string;
  readonly port = 5432;

  constructor(scope: Construct, id: string, props: PostgresPoolerProps) {
    const { postgres, clients = 500, poolSize = 25, mode = 'transaction' } = props;
    const { namespace } = postgres;
    super(scope, id, { purpose: 'shares few connections to PostgreSQL among many clients', namespace });
    this.host = `${id}.${namespace.name}.svc.cluster.local`;
    const pooler = this.podsOf('pgbouncer', {
      replicas: this.sized({ small: 1, medium: 2, large: 3 }),
      cpu: '50m',
      memory: '64Mi',
      memoryLimit: '128Mi',
    });
    this.customResources('pooler', {
      after: Construct.isConstruct(postgres) ? [postgres] : [],
      resources: [
        {
          apiVersion: 'postgresql.cnpg.io/v1',
          kind: 'Pooler',
          metadata: { name: id, namespace: namespace.name },
          spec: {
            cluster: { name: postgres.name },
            instances: pooler.replicas,
            type: 'rw',
            pgbouncer: {
              poolMode: mode,
              parameters: {
                max_client_conn: String(clients),
                default_pool_size: String(poolSize),
                reserve_pool_size: '5',
              },
            },
            template: { metadata: {}, spec: { containers: [{ name: 'pgbouncer', resources: pooler.resources }] } },
          },
        },
        podMonitor(id, namespace.name, ['metrics'], { matchLabels: { 'cnpg.io/poolerName': id } }),
      ],
    });
    this.verifiedBy(`kubectl -n ${namespace.name} rollout status deployment/${id}`);
    this.rolledBackBy(`helm -n ${namespace.name} rollback ${id}-pooler`);
    this.handsOver('pooled PostgreSQL', `${this.host}:${this.port}`);
  }
}
