import type { Construct, IConstruct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { Observability } from '../core/handles';
import { meshSidecar } from '../core/mesh-sidecar';
import { type Pods, resourcesOf } from '../core/pods';
import { charts } from '../providers/charts';
import type { Values } from '../providers/values';
import { spreadOverNodes } from './spread';

/** Name under which Telemetry resources find the collector. */
export const tracingProvider = 'otel';

export interface IstiodProps extends ComponentProps {
  /** The release with Istio's resource definitions. */
  readonly definitions: IConstruct;
  /** Where proxies send spans. */
  readonly observability: Observability;
  /**
   * Which hosts outside the cluster a pod in the mesh may call: `any`, or only those that a ServiceEntry registers.
   *
   * @default 'any'
   */
  readonly egress?: 'any' | 'registered';
}

/**
 * The control plane: it issues certificates, configures proxies and adds them to pods.
 *
 * Proxies are native sidecars, so they start before a pod's containers and end after them, and a Job completes.
 *
 * @see https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/
 */
export class Istiod extends Component {
  constructor(scope: Construct, id: string, props: IstiodProps) {
    super(scope, id, { purpose: 'issues workload certificates and configures the proxies', ...props });
    const namespace = props.namespace.name;
    const pods = this.podsOf(
      'discovery',
      this.sized({
        small: { replicas: 1, cpu: '100m', memory: '256Mi', memoryLimit: '1Gi' },
        medium: { replicas: 2, cpu: '150m', memory: '512Mi', memoryLimit: '2Gi' },
        large: { replicas: 3, cpu: '200m', memory: '768Mi', memoryLimit: '3Gi' },
      }),
    );
    const { mode } = this.environment.facts.mesh;
    this.release({
      chart: charts.istiod,
      after: [props.definitions],
      values: {
        ...(mode === 'ambient' && { profile: 'ambient', trustedZtunnelNamespace: 'kube-system' }),
        ...controlPlane(pods),
        // Without it the proxy would ask for NET_ADMIN, which restricted namespaces refuse.
        cni: { enabled: true },
        env: { ENABLE_NATIVE_SIDECARS: 'true' },
        global: { istioNamespace: namespace, logAsJson: true, proxy: proxy() },
        meshConfig: meshConfig(props),
      },
    });
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status deployment/istiod`,
      `kubectl -n ${namespace} exec deployment/istiod -- pilot-discovery request GET /debug/syncz`,
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${id}`);
    this.handsOver('control plane', `istiod.${namespace}.svc:15012`);
    const label = mode === 'ambient' ? 'istio.io/dataplane-mode=ambient' : 'istio-injection=enabled';
    this.drainedBy(
      'Namespaces in the mesh: take the label off and restart their pods. Certificates of pods that stay in it run out within a day.',
      `kubectl get namespaces -l ${label}`,
      `kubectl label namespaces -l ${label} ${label.split('=')[0]}-`,
    );
  }
}

function controlPlane(pods: Pods): Values {
  const many = pods.replicas > 1;
  return {
    autoscaleEnabled: many,
    ...(many
      ? { autoscaleMin: pods.replicas, autoscaleMax: 5, ...spreadOverNodes({ istio: 'pilot' }) }
      : { replicaCount: 1 }),
    pdb: { minAvailable: 1 },
    resources: pods.resources,
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** What istiod adds to pods; the chart would limit the proxy to two CPUs, where threads are limited already. */
function proxy(): Values {
  const { requests, limits } = resourcesOf(meshSidecar);
  return {
    resources: { requests, limits: { ...limits, cpu: null } },
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

function meshConfig({ observability, egress = 'any' }: IstiodProps): Values {
  const [service, port] = observability.otlpGrpc.split(':');
  return {
    // Metrics of the application and of its proxy leave together through port 15020, which stays outside mutual TLS.
    enablePrometheusMerge: true,
    enableTracing: true,
    enableAutoMtls: true,
    accessLogEncoding: 'JSON',
    extensionProviders: [{ name: tracingProvider, opentelemetry: { service, port: Number(port) } }],
    outboundTrafficPolicy: { mode: egress === 'any' ? 'ALLOW_ANY' : 'REGISTRY_ONLY' },
    defaultConfig: { holdApplicationUntilProxyStarts: true, concurrency: 2 },
  };
}
