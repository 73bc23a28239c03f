import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { Foundation } from '../core/handles';
import type { Days } from '../core/units';
import { PrivateBucket } from '../providers/aws/bucket';
import { WorkloadIdentity } from '../providers/aws/workload-identity';
import { charts } from '../providers/charts';
import type { Values } from '../providers/values';
import { serviceHost } from './joined';

/** Where logs are pushed to and queried from. */
export interface LogStore {
  /** Base URL inside the cluster; below it lie `/loki/api/v1/push` and `/otlp/v1/logs`. */
  readonly url: string;
}

export interface LokiProps extends ComponentProps {
  /** Cluster, key and storage class. */
  readonly foundation: Foundation;
  /**
   * How long a log line stays readable.
   *
   * @default - `retention.logs` of the environment
   */
  readonly keep?: Days;
}

/**
 * Loki on S3, as one process that does everything: a single one in small environments, three of equal rank in larger
 * ones. The mode with separate readers and writers is on its way out upstream.
 *
 * @see https://grafana.com/docs/loki/latest/get-started/deployment-modes/
 */
export class Loki extends Component implements LogStore {
  readonly url: string;

  constructor(scope: Construct, id: string, props: LokiProps) {
    super(scope, id, { purpose: 'stores logs and answers LogQL', ...props });
    const keep = props.keep ?? this.environment.facts.retention.logs;
    const bucket = new PrivateBucket(this, 'bucket', {
      purpose: 'loki',
      encryptionKeyArn: props.foundation.encryptionKeyArn,
      keep,
    });
    const identity = new WorkloadIdentity(this, 'identity', {
      cluster: props.foundation.cluster,
      namespace: props.namespace,
      serviceAccount: 'loki',
      grants: bucket.readWrite(),
    });
    this.url = `http://${serviceHost('loki-gateway', props.namespace.name)}`;
    const volume = '10Gi';
    const single = this.podsOf('single-binary', {
      ...this.sized({
        small: { replicas: 1, cpu: '120m', memory: '512Mi' },
        medium: { replicas: 3, cpu: '150m', memory: '640Mi' },
        large: { replicas: 3, cpu: '250m', memory: '896Mi' },
      }),
      volumes: [volume],
    });
    const gateway = this.podsOf('gateway', { replicas: single.replicas > 1 ? 2 : 1, cpu: '15m', memory: '32Mi' });
    this.release({
      chart: charts.loki,
      timeout: 900,
      values: {
        deploymentMode: 'Monolithic',
        serviceAccount: { name: 'loki', annotations: identity.annotations },
        loki: this.configuration(bucket.name, keep, single.replicas),
        singleBinary: {
          replicas: single.replicas,
          resources: single.resources,
          podDisruptionBudget: { maxUnavailable: 1 },
          persistence: { size: volume, storageClass: props.foundation.storageClass },
        },
        gateway: {
          replicas: gateway.replicas,
          resources: gateway.resources,
          podDisruptionBudget: { maxUnavailable: 1 },
          // One more container per pod, for figures that Loki itself reports too.
          metrics: { enabled: false },
        },
        ...unused,
        monitoring: {
          serviceMonitor: { enabled: true },
          dashboards: { enabled: true },
          rules: { enabled: true },
          alerts: { enabled: true },
        },
      },
    });
    this.describe(props.namespace.name);
  }

  private configuration(bucket: string, keep: Days, replicas: number): Values {
    return {
      // One tenant: who may write is decided by the network policy of the namespace.
      auth_enabled: false,
      commonConfig: { replication_factor: replicas },
      storage: {
        type: 's3',
        bucketNames: { chunks: bucket, ruler: bucket },
        s3: { region: this.environment.facts.aws.region },
      },
      schemaConfig: {
        configs: [
          {
            from: '2024-04-01',
            store: 'tsdb',
            object_store: 's3',
            schema: 'v13',
            index: { prefix: 'loki_index_', period: '24h' },
          },
        ],
      },
      compactor: { retention_enabled: true, delete_request_store: 's3' },
      limits_config: {
        retention_period: keep.hours,
        allow_structured_metadata: true,
        volume_enabled: true,
        // The limits are per tenant, and the tenant is the whole cluster.
        ingestion_rate_mb: 16,
        ingestion_burst_size_mb: 32,
        max_global_streams_per_user: 20_000,
      },
      analytics: { reporting_enabled: false },
    };
  }

  private describe(namespace: string): void {
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status statefulset/loki`,
      `kubectl get --raw /api/v1/namespaces/${namespace}/services/loki-gateway:80/proxy/loki/api/v1/labels`,
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${this.node.id}`);
    this.handsOver('log push URL', `${this.url}/loki/api/v1/push`);
    this.handsOver('OTLP log URL', `${this.url}/otlp/v1/logs`);
  }
}

const unused: Values = {
  read: { replicas: 0 },
  write: { replicas: 0 },
  backend: { replicas: 0 },
  // The caches of the chart ask for 10 GiB; one process reads well enough from its own memory.
  chunksCache: { enabled: false },
  resultsCache: { enabled: false },
  // Alerts on log lines are written in Grafana, so nothing has to read config maps and secrets of the whole cluster.
  sidecar: { rules: { enabled: false } },
  lokiCanary: { enabled: false },
  test: { enabled: false },
};
