import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { Pods } from '../core/pods';
import type { Percent } from '../core/units';
import { collectorConfig, collectorPorts, type TraceSampling } from './collector-config';
import { deployed, serviceHost } from './joined';
import type { LogStore } from './loki';
import type { Metrics } from './prometheus';
import type { TraceStore } from './tempo';

/** Where applications send traces, metrics and logs. */
export interface TelemetryIntake {
  /** OTLP over gRPC, `host:port`. */
  readonly otlpGrpc: string;
  /** OTLP over HTTP, with scheme. */
  readonly otlpHttp: string;
}

export interface CollectorProps extends ComponentProps {
  /** Runs the collector. */
  readonly operator: Component;
  /** Takes the traces. */
  readonly traces: TraceStore;
  /** Takes the log records. */
  readonly logs: LogStore;
  /** Takes the metrics. */
  readonly metrics: Pick<Metrics, 'otlpUrls'>;
  /**
   * Share of ordinary traces that is kept. Traces with an error, and those slower than `alerts.responseTime` of the
   * environment, are kept in any case.
   *
   * @default - `mesh.tracing` of the environment
   */
  readonly sampling?: Percent;
}

/** Name of the collector; the operator adds `-collector` to everything that it makes of it. */
const name = 'otel';
const workload = `${name}-collector`;

/**
 * The one door for telemetry of applications: it takes OTLP, adds what Kubernetes knows of the sender, and passes
 * traces, logs and metrics on to their stores.
 *
 * @see https://opentelemetry.io/docs/collector/
 */
export class Collector extends Component implements TelemetryIntake {
  readonly otlpGrpc: string;
  readonly otlpHttp: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: CollectorProps,
  ) {
    super(scope, id, { purpose: 'takes OTLP from applications and passes it to the stores', ...props });
    const namespace = props.namespace.name;
    const host = serviceHost(workload, namespace);
    this.otlpGrpc = `${host}:${collectorPorts.grpc}`;
    this.otlpHttp = `http://${host}:${collectorPorts.http}`;
    const pods = this.podsOf(
      'collector',
      this.sized({
        small: { replicas: 1, cpu: '90m', memory: '256Mi', memoryLimit: '512Mi' },
        medium: { replicas: 2, cpu: '150m', memory: '384Mi', memoryLimit: '768Mi' },
        large: { replicas: 3, cpu: '200m', memory: '512Mi', memoryLimit: '1Gi' },
      }),
    );
    this.customResources('otel', {
      after: deployed(props.operator, props.traces, props.logs, props.metrics),
      resources: [...accessToPods(namespace), this.collector(pods), podMonitor(namespace)],
    });
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status deployment/${workload}`,
      `kubectl -n ${namespace} get opentelemetrycollector ${name}`,
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${id}-otel`);
    this.handsOver('OTLP over gRPC', this.otlpGrpc);
    this.handsOver('OTLP over HTTP', this.otlpHttp);
  }

  private collector({ replicas, resources }: Pods): CustomResource {
    const { traces, logs, metrics, namespace } = this.props;
    const targets = { traces: traces.otlpGrpc, logs: `${logs.url}/otlp`, metrics: metrics.otlpUrls };
    return {
      apiVersion: 'opentelemetry.io/v1beta1',
      kind: 'OpenTelemetryCollector',
      metadata: { name, namespace: namespace.name },
      spec: {
        mode: 'deployment',
        replicas,
        resources,
        serviceAccount: workload,
        config: collectorConfig(targets, this.sampling(replicas)),
        ...(replicas > 1 && { podDisruptionBudget: { maxUnavailable: 1 } }),
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'kubernetes.io/hostname',
            whenUnsatisfiable: 'ScheduleAnyway',
            labelSelector: { matchLabels: podLabels },
          },
        ],
        podSecurityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
      },
    };
  }

  private sampling(replicas: number): TraceSampling | undefined {
    const { mesh, alerts } = this.environment.facts;
    const share = (this.props.sampling ?? mesh.tracing).value;
    if (share >= 100) return undefined;
    return {
      share,
      slowMilliseconds: alerts.responseTime.inSeconds * 1000,
      held: this.sized({ small: 5_000, medium: 10_000, large: 20_000 }),
      ...(replicas > 1 && { peers: serviceHost(`${workload}-headless`, this.props.namespace.name) }),
    };
  }
}

const podLabels = { 'app.kubernetes.io/name': workload };

/** The right to look up which pod an address belongs to. */
function accessToPods(namespace: string): CustomResource[] {
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: workload, namespace } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: workload },
      rules: [
        { apiGroups: [''], resources: ['pods', 'namespaces'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get', 'list', 'watch'] },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: workload },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: workload },
      subjects: [{ kind: 'ServiceAccount', name: workload, namespace }],
    },
  ];
}

function podMonitor(namespace: string): CustomResource {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: workload, namespace },
    spec: {
      selector: { matchLabels: podLabels },
      podMetricsEndpoints: [{ portNumber: collectorPorts.metrics }],
    },
  };
}
