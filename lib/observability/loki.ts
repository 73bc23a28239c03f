import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { Foundation } from '../core/handles';
import type { Days } from '../core/units';
import { PrivateBucket } from '../providers/aws/bucket';
import { WorkloadIdentity } from '../providers/aws/workload-identity';
import { charts } from '../providers/charts';

/** Where logs are pushed to and queried from. */
export interface LogStore {
  /** Base URL inside the cluster. */
  readonly url: string;
}

export interface LokiProps extends ComponentProps {
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
    const { region } = this.environment.facts.aws;
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
    this.url = `http://loki-gateway.${props.namespace.name}.svc.cluster.local`;
    const single = this.podsOf(
      'single-binary',
      this.sized({
        small: { replicas: 1, cpu: '150m', memory: '512Mi' },
        medium: { replicas: 3, cpu: '250m', memory: '768Mi' },
        large: { replicas: 3, cpu: '500m', memory: '2Gi' },
      }),
    );
    const gateway = this.podsOf('gateway', { replicas: single.replicas > 1 ? 2 : 1, cpu: '20m', memory: '32Mi' });
    this.release({
      chart: charts.loki,
      timeout: 900,
      values: {
        deploymentMode: 'Monolithic',
        serviceAccount: { name: 'loki', annotations: identity.annotations },
        loki: {
          // One tenant: who may write is decided by the network policy of the namespace.
          auth_enabled: false,
          commonConfig: { replication_factor: single.replicas },
          storage: { type: 's3', bucketNames: { chunks: bucket.name, ruler: bucket.name }, s3: { region } },
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
          limits_config: { retention_period: keep.hours, allow_structured_metadata: true, volume_enabled: true },
        },
        singleBinary: {
          replicas: single.replicas,
          resources: single.resources,
          persistence: { size: '10Gi', storageClass: props.foundation.storageClass },
        },
        read: { replicas: 0 },
        write: { replicas: 0 },
        backend: { replicas: 0 },
        gateway: { replicas: gateway.replicas, resources: gateway.resources },
        // The caches of the chart ask for 10 GiB; one process reads well enough from its own memory.
        chunksCache: { enabled: false },
        resultsCache: { enabled: false },
        lokiCanary: { enabled: false },
        test: { enabled: false },
        monitoring: {
          serviceMonitor: { enabled: true },
          dashboards: { enabled: true },
          rules: { enabled: true },
          alerts: { enabled: true },
        },
      },
    });
    this.verifiedBy(
      `kubectl -n ${props.namespace.name} rollout status statefulset/loki`,
      `kubectl get --raw /api/v1/namespaces/${props.namespace.name}/services/loki-gateway:80/proxy/loki/api/v1/labels`,
    );
    this.rolledBackBy(`helm -n ${props.namespace.name} rollback ${id}`);
    this.handsOver('log push URL', `${this.url}/loki/api/v1/push`);
  }
}
