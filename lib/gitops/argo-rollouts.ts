import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { Observability } from '../core/handles';
import { charts } from '../providers/charts';

export interface ArgoRolloutsProps extends ComponentProps {
  /**
   * Prometheus that judges whether a new version is as good as promised.
   *
   * @default - none: rollouts advance by time and by hand
   */
  readonly metrics?: Pick<Observability, 'metricsUrl'>;
}

/** Five measurements a minute apart; two bad ones end the rollout. */
const sampling = { interval: '1m', count: 5, failureLimit: 1, consecutiveErrorLimit: 4 };

/**
 * Canary and blue-green rollouts, moved on or taken back by what the environment promises about its services.
 *
 * The dashboard is left out: it has no login. `kubectl argo rollouts dashboard` shows the same.
 *
 * @see https://argoproj.github.io/argo-rollouts/features/analysis/
 */
export class ArgoRollouts extends Component {
  constructor(scope: Construct, id: string, props: ArgoRolloutsProps) {
    super(scope, id, { purpose: 'brings new versions to a share of the traffic and takes bad ones back', ...props });
    const namespace = props.namespace.name;
    const controller = this.podsOf(
      'controller',
      this.sized({
        small: { cpu: '25m', memory: '96Mi', memoryLimit: '256Mi' },
        medium: { replicas: 2, cpu: '25m', memory: '128Mi', memoryLimit: '384Mi' },
        large: { replicas: 2, cpu: '50m', memory: '192Mi', memoryLimit: '512Mi' },
      }),
    );
    this.release({
      chart: charts.argoRollouts,
      values: {
        installCRDs: true,
        keepCRDs: true,
        controller: {
          replicas: controller.replicas,
          resources: controller.resources,
          metrics: { enabled: true, serviceMonitor: { enabled: true } },
          pdb: { enabled: controller.replicas > 1, minAvailable: 1 },
          logging: { format: 'json' },
        },
        dashboard: { enabled: false },
        providerRBAC: { providers: trafficRouters },
      },
    });
    if (props.metrics) this.customResources('analysis', { resources: this.templates(props.metrics.metricsUrl) });
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status deployment/argo-rollouts`,
      ...(props.metrics ? ['kubectl get clusteranalysistemplates.argoproj.io success-rate latency-p95'] : []),
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${id}`);
    this.drainedBy(
      'Rollouts: their pods go on, but nobody replaces one that fails its update.',
      'kubectl get rollouts.argoproj.io --all-namespaces',
    );
  }

  /** Judged by spans that services receive, which every service of the platform sends without code of its own. */
  private templates(address: string): CustomResource[] {
    const { errorRate, p95 } = this.environment.facts.objectives;
    const received = 'service="{{args.service}}",span_kind="SPAN_KIND_SERVER"';
    const calls = (labels: string) => `sum(rate(traces_spanmetrics_calls_total{${labels}}[5m]))`;
    const failed = `${calls(`${received},status_code="STATUS_CODE_ERROR"`)} or vector(0)`;
    return [
      template('success-rate', {
        address,
        query: `1 - ((${failed}) / ${calls(received)})`,
        successCondition: holds(`result[0] >= ${round(1 - errorRate.ratio)}`),
      }),
      template('latency-p95', {
        address,
        query: `histogram_quantile(0.95, sum by (le) (rate(traces_spanmetrics_latency_bucket{${received}}[5m])))`,
        successCondition: holds(`result[0] <= ${p95.inSeconds}`),
      }),
    ];
  }
}

/** Whoever moves the traffic here; the chart would grant rights over the resources of ten. */
const trafficRouters = {
  istio: true,
  ambassador: true,
  awsLoadBalancerController: true,
  gatewayAPI: true,
  smi: false,
  awsAppMesh: false,
  traefik: false,
  apisix: false,
  contour: false,
  glooPlatform: false,
};

/** No traffic is no reason to take a version back. */
function holds(condition: string): string {
  return `len(result) == 0 || isNaN(result[0]) || ${condition}`;
}

function round(share: number): number {
  return Math.round(share * 100_000) / 100_000;
}

interface Judgement {
  readonly address: string;
  readonly query: string;
  readonly successCondition: string;
}

function template(name: string, { address, query, successCondition }: Judgement): CustomResource {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'ClusterAnalysisTemplate',
    metadata: { name },
    spec: {
      args: [{ name: 'service' }],
      metrics: [{ name, ...sampling, successCondition, provider: { prometheus: { address, query } } }],
    },
  };
}
