import { Construct } from 'constructs';
import { Component } from '../core/component';
import type { KafkaHandle } from '../core/handles';
import type { Days } from '../core/units';

export interface KafkaTopicProps {
  /** The cluster that holds it. */
  readonly kafka: KafkaHandle;
  /**
   * Name of the topic.
   *
   * @default - the id
   */
  readonly name?: string;
  /**
   * How many consumers of one group can share the work; it can grow, not shrink.
   *
   * @default 3
   */
  readonly partitions?: number;
  /**
   * Messages are deleted at this age.
   *
   * @default - what the cluster says, 7 days unless changed
   */
  readonly keep?: Days;
  /**
   * Keeps the latest message of every key for ever, instead of deleting by age.
   *
   * @default false
   */
  readonly compacted?: boolean;
}

/**
 * A topic of one application, copied to as many brokers as the cluster allows.
 *
 * @see https://strimzi.io/docs/operators/latest/deploying#using-the-topic-operator-str
 */
export class KafkaTopic extends Component {
  /** Name by which clients know it. */
  readonly name: string;

  constructor(scope: Construct, id: string, props: KafkaTopicProps) {
    super(scope, id, { purpose: `carries the messages of ${props.name ?? id}`, namespace: props.kafka.namespace });
    const { kafka, partitions = 3, keep, compacted = false } = props;
    this.name = props.name ?? id;
    const namespace = kafka.namespace.name;
    const { deletionProtection } = this.environment.facts;
    this.customResources('topic', {
      after: Construct.isConstruct(kafka) ? [kafka] : [],
      resources: [
        {
          apiVersion: 'kafka.strimzi.io/v1',
          kind: 'KafkaTopic',
          metadata: {
            name: this.name,
            namespace,
            labels: { 'strimzi.io/cluster': kafka.name },
            // The messages go with this object, so with deletion protection it outlives the release.
            ...(deletionProtection && { annotations: { 'helm.sh/resource-policy': 'keep' } }),
          },
          spec: {
            topicName: this.name,
            partitions,
            replicas: kafka.replication,
            config: {
              'min.insync.replicas': Math.max(1, kafka.replication - 1),
              'cleanup.policy': compacted ? 'compact' : 'delete',
              ...(keep && { 'retention.ms': keep.value * 86_400_000 }),
            },
          },
        },
      ],
    });
    this.verifiedBy(`kubectl -n ${namespace} wait --for=condition=Ready kafkatopic/${this.name}`);
    this.rolledBackBy(`helm -n ${namespace} rollback ${id}-topic`);
    this.handsOver('topic', this.name);
  }
}
