import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { Foundation } from '../core/handles';
import type { Pods } from '../core/pods';
import { mebibytes } from '../core/quantity';
import type { Days } from '../core/units';
import { PrivateBucket } from '../providers/aws/bucket';
import { WorkloadIdentity } from '../providers/aws/workload-identity';
import { charts } from '../providers/charts';
import type { Values } from '../providers/values';
import { deployed, serviceHost } from './joined';
import type { Metrics } from './prometheus';

/** Where traces are pushed to and queried from. */
export interface TraceStore {
  /** Query API. */
  readonly url: string;
  /** OTLP over gRPC, `host:port`. */
  readonly otlpGrpc: string;
}

export interface TempoProps extends ComponentProps {
  /** Cluster, key and storage class. */
  readonly foundation: Foundation;
  /**
   * Takes the figures that Tempo draws from spans: calls, errors and durations per service, and who calls whom.
   *
   * @default - no figures are drawn
   */
  readonly spanMetrics?: Pick<Metrics, 'pushUrls'>;
  /**
   * How long a trace stays readable.
   *
   * @default - `retention.traces` of the environment
   */
  readonly keep?: Days;
}

/**
 * Tempo on S3, as one process. While it restarts, collectors hold spans back, so none are lost; queries have to wait.
 * The layout of many processes needs Kafka since version 3.
 *
 * @see https://grafana.com/docs/tempo/latest/set-up-for-tracing/setup-tempo/plan/deployment-modes/
 */
export class Tempo extends Component implements TraceStore {
  readonly url: string;
  readonly otlpGrpc: string;

  constructor(scope: Construct, id: string, props: TempoProps) {
    super(scope, id, { purpose: 'stores traces and answers TraceQL', ...props });
    const keep = props.keep ?? this.environment.facts.retention.traces;
    const bucket = new PrivateBucket(this, 'bucket', {
      purpose: 'tempo',
      encryptionKeyArn: props.foundation.encryptionKeyArn,
      keep,
    });
    const identity = new WorkloadIdentity(this, 'identity', {
      cluster: props.foundation.cluster,
      namespace: props.namespace,
      serviceAccount: 'tempo',
      grants: bucket.readWrite(),
    });
    const host = serviceHost('tempo', props.namespace.name);
    this.url = `http://${host}:3200`;
    this.otlpGrpc = `${host}:4317`;
    const volume = '10Gi';
    const pods = this.podsOf('tempo', {
      ...this.sized({
        small: { cpu: '100m', memory: '448Mi', memoryLimit: '1Gi' },
        medium: { cpu: '150m', memory: '896Mi', memoryLimit: '2Gi' },
        large: { cpu: '300m', memory: '1536Mi', memoryLimit: '3Gi' },
      }),
      volumes: [volume],
    });
    this.release({
      chart: charts.tempo,
      after: deployed(props.spanMetrics),
      values: {
        fullnameOverride: 'tempo',
        serviceAccount: { name: 'tempo', annotations: identity.annotations },
        tempo: { ...this.process(pods), ...this.storage(bucket.name, keep), ...spanMetrics(props.spanMetrics) },
        securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
        persistence: { enabled: true, size: volume, storageClassName: props.foundation.storageClass },
        serviceMonitor: { enabled: true },
      },
    });
    this.describe(props.namespace.name);
  }

  private process({ resources }: Pods): Values {
    return {
      resources,
      // The ballast would let the heap grow past the memory limit; the runtime is told the limit instead.
      memBallastSizeMbs: 0,
      extraEnv: [{ name: 'GOMEMLIMIT', value: `${Math.floor(mebibytes(resources.limits.memory) * 0.85)}MiB` }],
      reportingEnabled: false,
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    };
  }

  private storage(bucket: string, keep: Days): Values {
    const { region } = this.environment.facts.aws;
    return {
      retention: keep.hours,
      storage: { trace: { backend: 's3', s3: { bucket, region, endpoint: `s3.${region}.amazonaws.com` } } },
    };
  }

  private describe(namespace: string): void {
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status statefulset/tempo`,
      `kubectl get --raw /api/v1/namespaces/${namespace}/services/tempo:3200/proxy/ready`,
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${this.node.id}`);
    this.handsOver('trace query URL', this.url);
  }
}

function spanMetrics(target: TempoProps['spanMetrics']): Values {
  if (!target) return {};
  return {
    metricsGenerator: {
      enabled: true,
      storage: {
        path: '/var/tempo/generator/wal',
        remote_write: target.pushUrls.map((url) => ({ url, send_exemplars: true })),
      },
      traces_storage: { path: '/var/tempo/generator/traces' },
    },
    overrides: { defaults: { metrics_generator: { processors: ['service-graphs', 'span-metrics'] } } },
  };
}
