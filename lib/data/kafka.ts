import type { Construct } from 'constructs';
import { Component } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { Foundation, KafkaHandle, NamespaceHandle } from '../core/handles';
import type { Pods } from '../core/pods';
import type { Days } from '../core/units';
import { mergeValues, type Values } from '../providers/values';
import { kafkaAlerts } from './kafka-alerts';
import { alertRule, podMonitor } from './monitoring';
import { onePerNode } from './placement';
import type { Strimzi } from './strimzi';

export interface KafkaProps {
  /** Where it runs. */
  readonly namespace: NamespaceHandle;
  /** Gives it the class of its volumes. */
  readonly foundation: Foundation;
  /** Runs it. */
  readonly operator: Strimzi;
  /**
   * How long messages of a topic stay that says nothing else.
   *
   * @default - 7 days
   */
  readonly keep?: Days;
  /**
   * Volume of each broker in GiB; it can grow, not shrink.
   *
   * @default - `volumes.minGib` of the environment
   */
  readonly volumeGib?: number;
  /**
   * Whether a node is broker and controller at once, or one of them. It cannot change while the cluster exists.
   *
   * @default - separate in large environments, combined in others
   */
  readonly layout?: 'combined' | 'separate';
  /**
   * Settings of the brokers, laid over those of the library.
   *
   * @default - none
   */
  readonly config?: Readonly<Record<string, string | number | boolean>>;
  /**
   * Fields laid over the `spec` of the Kafka object; the last resort when no prop fits.
   *
   * @default - none
   */
  readonly spec?: Values;
}

/** Nodes of one kind. */
interface NodePool {
  readonly name: string;
  readonly roles: readonly ('broker' | 'controller')[];
  readonly pods: Pods;
  readonly heap: string;
  readonly gib: number;
}

/** Controllers keep metadata alone. */
const controllerGib = 10;

const operatorHeap = { '-Xms': '128m', '-Xmx': '128m' } as const;

/**
 * Kafka without ZooKeeper: nodes that are broker and controller at once, or three of each in large environments. Clients
 * need TLS and a password, and may do what the access rules of their user say.
 *
 * @see https://strimzi.io/docs/operators/latest/configuring
 */
export class Kafka extends Component implements KafkaHandle {
  readonly name: string;
  override readonly namespace: NamespaceHandle;
  readonly bootstrap: string;
  readonly replication: number;
  readonly caSecret: string;
  private readonly pools: readonly NodePool[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: KafkaProps,
  ) {
    super(scope, id, { purpose: 'carries events between applications', namespace: props.namespace });
    this.name = id;
    this.namespace = props.namespace;
    this.bootstrap = `${id}-kafka-bootstrap.${props.namespace.name}.svc.cluster.local:9093`;
    this.caSecret = `${id}-cluster-ca-cert`;
    const layout = props.layout ?? this.sized({ small: 'combined', medium: 'combined', large: 'separate' });
    this.pools = layout === 'separate' ? this.separate() : [this.combined()];
    const brokers = this.pools.filter(({ roles }) => roles.includes('broker'));
    this.replication = Math.min(3, ...brokers.map(({ pods }) => pods.replicas));
    const namespace = props.namespace.name;
    this.customResources('cluster', {
      after: [props.operator],
      resources: [
        ...this.pools.map((pool) => this.nodePool(pool)),
        this.kafka(),
        podMonitor(id, namespace, ['tcp-prometheus', 'healthcheck-to', 'healthcheck-uo'], {
          matchLabels: { 'strimzi.io/cluster': id, 'strimzi.io/kind': 'Kafka' },
        }),
        alertRule(id, namespace, kafkaAlerts(id, namespace)),
      ],
    });
    this.describe();
  }

  private describe(): void {
    const inNamespace = `kubectl -n ${this.namespace.name}`;
    this.verifiedBy(
      `${inNamespace} wait --for=condition=Ready kafka/${this.name} --timeout=15m`,
      `${inNamespace} get kafkanodepools,kafkatopics,kafkausers`,
    );
    this.rolledBackBy(`helm -n ${this.namespace.name} rollback ${this.name}-cluster`);
    this.handsOver('Kafka', this.bootstrap);
    this.drainedBy(
      'Topics and users of applications: a topic stays, and the namespace with it, unless the cluster is there to finish it.',
      `${inNamespace} get kafkatopics.kafka.strimzi.io,kafkausers.kafka.strimzi.io`,
      `${inNamespace} delete kafkatopics.kafka.strimzi.io,kafkausers.kafka.strimzi.io --all`,
    );
  }

  private combined(): NodePool {
    const { heap, ...size } = this.sized({
      small: { replicas: 1, cpu: '300m', memory: '1280Mi', heap: '512m' },
      medium: { replicas: 3, cpu: '250m', memory: '1280Mi', heap: '640m' },
      large: { replicas: 3, cpu: '600m', memory: '3Gi', heap: '1408m' },
    });
    return {
      name: 'combined',
      roles: ['controller', 'broker'],
      heap,
      gib: this.brokerGib,
      pods: this.podsOf('combined', { ...size, volumes: [`${this.brokerGib}Gi`] }),
    };
  }

  private separate(): NodePool[] {
    const controller = this.sized({
      small: { replicas: 1, cpu: '100m', memory: '640Mi', heap: '320m' },
      medium: { replicas: 3, cpu: '100m', memory: '640Mi', heap: '320m' },
      large: { replicas: 3, cpu: '150m', memory: '768Mi', heap: '384m' },
    });
    const broker = this.sized({
      small: { replicas: 1, cpu: '250m', memory: '1280Mi', heap: '512m' },
      medium: { replicas: 3, cpu: '200m', memory: '1280Mi', heap: '640m' },
      large: { replicas: 3, cpu: '500m', memory: '2560Mi', heap: '1152m' },
    });
    return [
      {
        name: 'controller',
        roles: ['controller'],
        heap: controller.heap,
        gib: controllerGib,
        pods: this.podsOf('controller', { ...controller, volumes: [`${controllerGib}Gi`] }),
      },
      {
        name: 'broker',
        roles: ['broker'],
        heap: broker.heap,
        gib: this.brokerGib,
        pods: this.podsOf('broker', { ...broker, volumes: [`${this.brokerGib}Gi`] }),
      },
    ];
  }

  private get brokerGib(): number {
    return this.props.volumeGib ?? this.environment.facts.volumes.minGib;
  }

  private nodePool({ name, roles, pods, heap, gib }: NodePool): CustomResource {
    return {
      apiVersion: 'kafka.strimzi.io/v1',
      kind: 'KafkaNodePool',
      metadata: { name, namespace: this.namespace.name, labels: { 'strimzi.io/cluster': this.name } },
      spec: {
        replicas: pods.replicas,
        roles,
        resources: pods.resources,
        jvmOptions: { '-Xms': heap, '-Xmx': heap },
        storage: {
          type: 'jbod',
          volumes: [
            {
              id: 0,
              type: 'persistent-claim',
              size: `${gib}Gi`,
              class: this.props.foundation.storageClass,
              deleteClaim: !this.environment.facts.deletionProtection,
              ...(roles.includes('controller') && { kraftMetadata: 'shared' }),
            },
          ],
        },
        ...(pods.replicas > 1 && {
          template: { pod: onePerNode({ 'strimzi.io/cluster': this.name, 'strimzi.io/pool-name': name }) },
        }),
      },
    };
  }

  private kafka(): CustomResource {
    return {
      apiVersion: 'kafka.strimzi.io/v1',
      kind: 'Kafka',
      metadata: { name: this.name, namespace: this.namespace.name },
      spec: mergeValues(
        {
          kafka: {
            version: '4.3.1',
            metadataVersion: '4.3-IV0',
            listeners: [
              { name: 'tls', port: 9093, type: 'internal', tls: true, authentication: { type: 'scram-sha-512' } },
            ],
            authorization: { type: 'simple' },
            ...(this.replication > 1 && { rack: { topologyKey: 'topology.kubernetes.io/zone' } }),
            metricsConfig: { type: 'strimziMetricsReporter' },
            config: { ...this.config(), ...this.props.config },
          },
          entityOperator: this.entityOperator(),
          kafkaExporter: this.exporter(),
        },
        this.props.spec,
      ),
    };
  }

  private config(): Values {
    const inSync = Math.max(1, this.replication - 1);
    return {
      // Topics are made by those who own them, not by a typing error.
      'auto.create.topics.enable': false,
      'default.replication.factor': this.replication,
      'min.insync.replicas': inSync,
      'offsets.topic.replication.factor': this.replication,
      'transaction.state.log.replication.factor': this.replication,
      'transaction.state.log.min.isr': inSync,
      'log.retention.hours': (this.props.keep?.value ?? 7) * 24,
      'log.segment.bytes': 1_073_741_824,
      'num.partitions': 3,
      'num.network.threads': this.sized({ small: 3, medium: 3, large: 8 }),
      'num.io.threads': 8,
    };
  }

  /** Two containers of one pod: one looks after topics, the other after users. */
  private entityOperator(): Values {
    const container = this.sized({
      small: { cpu: '50m', memory: '256Mi' },
      medium: { cpu: '75m', memory: '256Mi' },
      large: { cpu: '100m', memory: '384Mi' },
    });
    const pods = this.podsOf('entity-operator', { ...container, sidecars: { users: container } });
    return {
      topicOperator: { resources: pods.resources, jvmOptions: operatorHeap },
      userOperator: { resources: pods.sidecar('users'), jvmOptions: operatorHeap },
    };
  }

  /** Measures what brokers do not tell: how far consumers are behind. */
  private exporter(): Values {
    const pods = this.podsOf(
      'exporter',
      this.sized({
        small: { cpu: '20m', memory: '64Mi', memoryLimit: '128Mi' },
        medium: { cpu: '30m', memory: '64Mi', memoryLimit: '128Mi' },
        large: { cpu: '50m', memory: '96Mi', memoryLimit: '192Mi' },
      }),
    );
    return { topicRegex: '.*', groupRegex: '.*', resources: pods.resources };
  }
}
