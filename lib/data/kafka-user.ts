import { Construct } from 'constructs';
import { Component } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { KafkaHandle, NamespaceHandle } from '../core/handles';
import { copiedSecret } from './copied-secret';

/** A topic by the name clients use; a `KafkaTopic` is one. */
export interface TopicReference {
  readonly name: string;
}

export interface KafkaUserProps {
  /** The cluster that knows the user. */
  readonly kafka: KafkaHandle;
  /** Namespace of the application, which receives the secret. */
  readonly namespace: NamespaceHandle;
  /**
   * Topics it may write to.
   *
   * @default - none
   */
  readonly produces?: readonly TopicReference[];
  /**
   * Topics it may read from.
   *
   * @default - none
   */
  readonly consumes?: readonly TopicReference[];
  /**
   * Consumer group it reads as.
   *
   * @default - the name of the user, which is `<namespace>-<id>`
   */
  readonly group?: string;
}

/**
 * The account of one application in Kafka, with a generated password and exactly the rights that its topics need.
 *
 * The secret in the application's namespace has the entries `bootstrap`, `username`, `password`, `group`,
 * `security-protocol`, `sasl-mechanism`, `sasl-jaas-config` and `ca.crt`.
 *
 * @see https://strimzi.io/docs/operators/latest/deploying#assembly-using-the-user-operator-str
 */
export class KafkaUser extends Component {
  /** Name of the account. */
  readonly username: string;
  /** Consumer group it may use. */
  readonly group: string;
  /** Name of the secret in the application's namespace. */
  readonly secret: string;

  constructor(scope: Construct, id: string, props: KafkaUserProps) {
    super(scope, id, { purpose: `lets ${id} write to and read from its topics`, namespace: props.namespace });
    const { kafka, namespace } = props;
    this.username = `${namespace.name}-${id}`;
    this.group = props.group ?? this.username;
    this.secret = `${id}-kafka`;
    this.customResources('user', {
      after: Construct.isConstruct(kafka) ? [kafka] : [],
      resources: [this.user(props), ...this.connection(props)],
    });
    for (const topic of [...(props.produces ?? []), ...(props.consumes ?? [])]) {
      if (Construct.isConstruct(topic)) this.node.addDependency(topic);
    }
    this.verifiedBy(
      `kubectl -n ${kafka.namespace.name} wait --for=condition=Ready kafkauser/${this.username}`,
      `kubectl -n ${namespace.name} get secret ${this.secret}`,
    );
    this.rolledBackBy(`helm -n ${namespace.name} rollback ${id}-user`);
    this.handsOver('Kafka secret', `${namespace.name}/${this.secret}`);
  }

  private user({ kafka, produces = [], consumes = [] }: KafkaUserProps): CustomResource {
    const topic = (name: string, operations: string[]) => ({
      resource: { type: 'topic', name, patternType: 'literal' },
      operations,
    });
    const group = { resource: { type: 'group', name: this.group, patternType: 'literal' }, operations: ['Read'] };
    return {
      apiVersion: 'kafka.strimzi.io/v1',
      kind: 'KafkaUser',
      metadata: {
        name: this.username,
        namespace: kafka.namespace.name,
        labels: { 'strimzi.io/cluster': kafka.name },
      },
      spec: {
        authentication: { type: 'scram-sha-512' },
        authorization: {
          type: 'simple',
          acls: [
            ...produces.map(({ name }) => topic(name, ['Write', 'Describe'])),
            ...consumes.map(({ name }) => topic(name, ['Read', 'Describe'])),
            ...(consumes.length > 0 ? [group] : []),
          ],
        },
      },
    };
  }

  private connection({ kafka, namespace }: KafkaUserProps): CustomResource[] {
    return copiedSecret({
      name: this.secret,
      namespace: namespace.name,
      from: kafka.namespace.name,
      read: {
        password: { secret: this.username, key: 'password' },
        jaas: { secret: this.username, key: 'sasl.jaas.config' },
        ca: { secret: kafka.caSecret, key: 'ca.crt' },
      },
      entries: {
        bootstrap: kafka.bootstrap,
        username: this.username,
        password: '{{ .password }}',
        group: this.group,
        'security-protocol': 'SASL_SSL',
        'sasl-mechanism': 'SCRAM-SHA-512',
        'sasl-jaas-config': '{{ .jaas }}',
        'ca.crt': '{{ .ca }}',
      },
    });
  }
}
