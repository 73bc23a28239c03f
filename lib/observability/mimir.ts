import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { Foundation } from '../core/handles';
import type { PodSize, Pods } from '../core/pods';
import type { Sized } from '../core/size';
import type { Days } from '../core/units';
import { PrivateBucket } from '../providers/aws/bucket';
import { WorkloadIdentity } from '../providers/aws/workload-identity';
import { charts } from '../providers/charts';
import type { Values } from '../providers/values';
import { serviceHost } from './joined';

/** Where samples are pushed to and queried from for as long as they are kept. */
export interface MetricsStore {
  /** Prometheus query API. */
  readonly url: string;
  /** Prometheus remote write. */
  readonly pushUrl: string;
}

export interface MimirProps extends ComponentProps {
  /** Cluster, key and storage class. */
  readonly foundation: Foundation;
  /**
   * How long a sample stays readable.
   *
   * @default - `retention.metrics` of the environment
   */
  readonly keep?: Days;
}

/** Figures of one process for environments of every size; a small one has it only if the stack is told to. */
const processes = {
  distributor: {
    small: { replicas: 1, cpu: '50m', memory: '192Mi' },
    medium: { replicas: 2, cpu: '80m', memory: '256Mi' },
    large: { replicas: 3, cpu: '100m', memory: '320Mi' },
  },
  ingester: {
    small: { replicas: 3, cpu: '50m', memory: '384Mi' },
    medium: { replicas: 3, cpu: '100m', memory: '640Mi' },
    large: { replicas: 3, cpu: '200m', memory: '1280Mi' },
  },
  querier: {
    small: { replicas: 1, cpu: '40m', memory: '192Mi' },
    medium: { replicas: 2, cpu: '80m', memory: '256Mi' },
    large: { replicas: 2, cpu: '150m', memory: '384Mi' },
  },
  query_frontend: {
    small: { replicas: 1, cpu: '20m', memory: '96Mi' },
    medium: { replicas: 2, cpu: '30m', memory: '128Mi' },
    large: { replicas: 2, cpu: '50m', memory: '192Mi' },
  },
  query_scheduler: {
    small: { replicas: 1, cpu: '10m', memory: '48Mi' },
    medium: { replicas: 2, cpu: '20m', memory: '64Mi' },
    large: { replicas: 2, cpu: '20m', memory: '64Mi' },
  },
  store_gateway: {
    small: { replicas: 1, cpu: '30m', memory: '192Mi' },
    medium: { replicas: 3, cpu: '40m', memory: '256Mi' },
    large: { replicas: 3, cpu: '80m', memory: '384Mi' },
  },
  compactor: {
    small: { cpu: '30m', memory: '256Mi' },
    medium: { cpu: '80m', memory: '512Mi' },
    large: { cpu: '150m', memory: '768Mi' },
  },
  gateway: {
    small: { replicas: 1, cpu: '10m', memory: '32Mi' },
    medium: { replicas: 2, cpu: '20m', memory: '32Mi' },
    large: { replicas: 2, cpu: '30m', memory: '48Mi' },
  },
} as const satisfies Record<string, Sized<PodSize>>;

type Process = keyof typeof processes;

const withVolume: readonly Process[] = ['ingester', 'store_gateway', 'compactor'];

/**
 * Mimir on S3 keeps metrics for longer than Prometheus does. It runs in the classic layout, in which distributors write
 * to ingesters directly: the newer one needs Kafka, which this platform deploys only later, for applications.
 *
 * @see https://grafana.com/docs/mimir/latest/get-started/about-grafana-mimir-architecture/
 */
export class Mimir extends Component implements MetricsStore {
  readonly url: string;
  readonly pushUrl: string;

  constructor(scope: Construct, id: string, props: MimirProps) {
    super(scope, id, { purpose: 'keeps metrics in S3 for as long as the environment says', ...props });
    const keep = props.keep ?? this.environment.facts.retention.metrics;
    const bucket = new PrivateBucket(this, 'bucket', {
      purpose: 'mimir',
      encryptionKeyArn: props.foundation.encryptionKeyArn,
      keep,
    });
    const identity = new WorkloadIdentity(this, 'identity', {
      cluster: props.foundation.cluster,
      namespace: props.namespace,
      serviceAccount: 'mimir',
      grants: bucket.readWrite(),
    });
    const gateway = `http://${serviceHost('mimir-gateway', props.namespace.name)}`;
    this.url = `${gateway}/prometheus`;
    this.pushUrl = `${gateway}/api/v1/push`;
    this.release({
      chart: charts.mimir,
      timeout: 1200,
      values: {
        fullnameOverride: 'mimir',
        serviceAccount: { name: 'mimir', annotations: identity.annotations },
        mimir: { structuredConfig: this.configuration(bucket.name, keep) },
        ...this.microservices(props.foundation.storageClass),
        ...unused,
        metaMonitoring: {
          serviceMonitor: { enabled: true },
          dashboards: { enabled: true },
          prometheusRule: { enabled: true, mimirAlerts: true, mimirRules: true },
        },
      },
    });
    this.describe(props.namespace.name);
  }

  private configuration(bucket: string, keep: Days): Values {
    const { region } = this.environment.facts.aws;
    return {
      // One tenant: who may write is decided by the network policy of the namespace.
      multitenancy_enabled: false,
      ...withoutKafka,
      blocks_storage: {
        backend: 's3',
        s3: {
          bucket_name: bucket,
          endpoint: `s3.${region}.amazonaws.com`,
          region,
          // The chain of the AWS SDK, which knows both EKS Pod Identity and IRSA.
          native_aws_auth_enabled: true,
        },
      },
      distributor: {
        ...withoutKafka.distributor,
        // Replicas of Prometheus send the same samples; the tracker keeps those of one of them.
        ha_tracker: { enable_ha_tracker: true, kvstore: { store: 'memberlist' } },
      },
      limits: {
        accept_ha_samples: true,
        compactor_blocks_retention_period: keep.hours,
        // The limits are per tenant, and the tenant is the whole cluster.
        ingestion_rate: 100_000,
        ingestion_burst_size: 1_000_000,
        max_global_series_per_user: this.sized({ small: 300_000, medium: 600_000, large: 1_500_000 }),
        max_global_exemplars_per_user: 100_000,
        max_label_names_per_series: 60,
        out_of_order_time_window: '10m',
      },
      usage_stats: { enabled: false },
    };
  }

  private microservices(storageClass: string): Values {
    const volume = { size: this.volumeSize, storageClass };
    // Without zones the chart makes plain stateful sets, which need no operator to roll them out.
    const singleZone = { zoneAwareReplication: { enabled: false }, persistentVolume: volume };
    return {
      distributor: this.process('distributor'),
      ingester: { ...this.process('ingester'), ...singleZone },
      querier: this.process('querier'),
      query_frontend: this.process('query_frontend'),
      query_scheduler: this.process('query_scheduler'),
      store_gateway: { ...this.process('store_gateway'), ...singleZone },
      compactor: { ...this.process('compactor'), persistentVolume: volume },
      gateway: this.process('gateway'),
    };
  }

  private process(name: Process): Pick<Pods, 'replicas' | 'resources'> {
    const { replicas, resources } = this.podsOf(name.replace('_', '-'), {
      ...this.sized<PodSize>(processes[name]),
      volumes: withVolume.includes(name) ? [this.volumeSize] : [],
    });
    return { replicas, resources };
  }

  private get volumeSize(): string {
    return this.sized({ small: '5Gi', medium: '10Gi', large: '20Gi' });
  }

  private describe(namespace: string): void {
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status statefulset/mimir-ingester`,
      `kubectl get --raw '/api/v1/namespaces/${namespace}/services/mimir-gateway:80/proxy/prometheus/api/v1/query?query=up'`,
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${this.node.id}`);
    this.handsOver('metrics push URL', this.pushUrl);
    this.handsOver('long-term query URL', this.url);
  }
}

/** The settings of the chart's classic preset; `null` takes away what the chart sets for Kafka. */
const withoutKafka = {
  ingest_storage: {
    enabled: false,
    kafka: { address: null, topic: null, auto_create_topic_default_partitions: null },
  },
  distributor: { remote_timeout: null },
  ingester: { push_grpc_method_enabled: null },
};

const unused: Values = {
  kafka: { enabled: false },
  // On by default, with a known password.
  minio: { enabled: false },
  // Its webhooks refuse evictions and scaling of the namespace while it is down; nothing here needs it.
  rollout_operator: { enabled: false },
  // Prometheus evaluates the rules, its Alertmanager sends the alerts.
  alertmanager: { enabled: false },
  ruler: { enabled: false },
  overrides_exporter: { enabled: false },
};
