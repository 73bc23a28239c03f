import type { Construct, IConstruct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { ContainerResources, ContainerSize, PodSize, Pods } from '../core/pods';
import type { Sized } from '../core/size';
import { charts } from '../providers/charts';
import type { Values } from '../providers/values';
import { tektonDefinitions } from './tekton-definitions';
import { readinessAccount, waitingJob } from './tekton-readiness';

export interface TektonProps extends ComponentProps {
  /**
   * Finished runs that stay to be looked at, in each namespace; older ones are deleted every morning.
   *
   * @default 50
   */
  readonly keepRuns?: number;
}

/** A Deployment that the operator makes: its name, and that of its container. */
type Operand = readonly [deployment: string, container: string];

/** The namespace in which Tekton expects itself; the operator makes, labels and owns it. */
const targetNamespace = 'tekton-pipelines';

/** Webhooks that stand in the way of every TaskRun when they are down. */
const pipelineWebhooks: readonly Operand[] = [
  ['tekton-pipelines-webhook', 'webhook'],
  ['tekton-operator-proxy-webhook', 'proxy'],
];

const pipelineControllers: readonly Operand[] = [
  ['tekton-pipelines-remote-resolvers', 'controller'],
  ['tekton-events-controller', 'tekton-events-controller'],
];

const triggerServers: readonly Operand[] = [
  ['tekton-triggers-controller', 'tekton-triggers-controller'],
  ['tekton-triggers-webhook', 'webhook'],
  ['tekton-triggers-core-interceptors', 'tekton-triggers-core-interceptors'],
];

/**
 * Tekton Pipelines and Triggers through the operator. Four releases make it: the operator's definitions, the operator,
 * a wait for its webhooks, and the TektonConfig with a wait until everything runs.
 *
 * @see https://tekton.dev/docs/operator/tektonconfig/
 */
export class Tekton extends Component {
  constructor(scope: Construct, id: string, props: TektonProps) {
    super(scope, id, { purpose: 'runs pipelines in pods, started by events', ...props });
    const namespace = props.namespace.name;
    const definitions = this.customResources('crds', { resources: tektonDefinitions() });
    this.installOperator(definitions);
    this.customResources('webhooks', {
      resources: [
        ...readinessAccount(namespace),
        waitingJob({
          name: 'tekton-webhooks-ready',
          namespace,
          until: 'jsonpath={.webhooks[0].clientConfig.caBundle}',
          of: [
            'mutatingwebhookconfiguration/webhook.operator.tekton.dev',
            'validatingwebhookconfiguration/validation.webhook.operator.tekton.dev',
          ],
          seconds: 480,
          resources: this.waitingPod('webhooks-ready'),
        }),
      ],
    });
    this.customResources('config', {
      timeout: 1200,
      resources: [
        this.config(props),
        metricsMonitor(namespace),
        waitingJob({
          name: 'tekton-ready',
          namespace,
          until: 'condition=Ready',
          of: ['tektonconfig/config'],
          seconds: 1080,
          resources: this.waitingPod('tekton-ready'),
        }),
      ],
    });
    this.verifiedBy(
      'kubectl wait --for=condition=Ready --timeout=60s tektonconfigs.operator.tekton.dev/config',
      `kubectl -n ${targetNamespace} get deployments`,
    );
    this.rolledBackBy(
      `helm -n ${namespace} rollback tekton-operator-config`,
      `helm -n ${namespace} rollback tekton-operator`,
    );
    this.drainedBy(
      'Builds that run: the operator takes the definitions of Tekton with it, and every run and its log.',
      'kubectl get pipelineruns.tekton.dev --all-namespaces',
    );
    this.leavesBehind(
      'The definitions of the operator, which are kept for the runs of others.',
      "kubectl get crds -o name | grep 'operator.tekton.dev$'",
    );
  }

  private installOperator(definitions: IConstruct): void {
    // Both containers of the operator take the same figures from the chart.
    const container: ContainerSize = this.sized<ContainerSize>({
      small: { cpu: '20m', memory: '96Mi', memoryLimit: '384Mi' },
      medium: { cpu: '25m', memory: '128Mi', memoryLimit: '384Mi' },
      large: { cpu: '50m', memory: '192Mi', memoryLimit: '512Mi' },
    });
    const operator = this.podsOf('operator', {
      ...container,
      replicas: this.replicas(),
      sidecars: { 'cluster-operations': container },
    });
    const webhook = this.podsOf('operator-webhook', {
      replicas: this.replicas(),
      cpu: '10m',
      memory: '64Mi',
      memoryLimit: '192Mi',
    });
    this.release({
      // The operator's webhooks point at a service of this name.
      name: 'tekton-operator',
      chart: charts.tektonOperator,
      after: [definitions],
      values: {
        installCRDs: false,
        operator: {
          autoInstallComponents: false,
          defaultTargetNamespace: targetNamespace,
          replicas: operator.replicas,
          resources: operator.resources,
        },
        webhook: { replicas: webhook.replicas, resources: webhook.resources },
        service: { createServiceMonitor: true },
        ...confined,
      },
    });
  }

  private config({ keepRuns = 50 }: TektonProps): CustomResource {
    return {
      apiVersion: 'operator.tekton.dev/v1alpha1',
      kind: 'TektonConfig',
      metadata: { name: 'config' },
      spec: {
        profile: 'basic',
        targetNamespace,
        targetNamespaceMetadata: { labels: { 'groundplan.dev/workflow': this.workflow.id } },
        pipeline: { 'set-security-context': true, options: this.pipelineOptions() },
        trigger: { disabled: false, options: this.triggerOptions() },
        pruner: { disabled: false, schedule: '0 8 * * *', resources: ['pipelinerun', 'taskrun'], keep: keepRuns },
        // Part of the profile, but not of the platform: images are signed by the pipeline, results need a database.
        chain: { disabled: true },
        result: { disabled: true, is_external_db: false },
        platforms: { kubernetes: { pipelinesAsCode: { enable: false } } },
      },
    };
  }

  private pipelineOptions(): Values {
    const controller = this.operand(['tekton-pipelines-controller', 'tekton-pipelines-controller'], {
      small: { cpu: '40m', memory: '128Mi', memoryLimit: '384Mi' },
      medium: { replicas: 2, cpu: '50m', memory: '160Mi', memoryLimit: '512Mi' },
      large: { replicas: 2, cpu: '100m', memory: '256Mi', memoryLimit: '1Gi' },
    });
    const webhooks = pipelineWebhooks.map((operand) => this.operand(operand, this.smallServer(this.replicas())));
    const controllers = pipelineControllers.map((operand) => this.operand(operand, this.smallServer(1)));
    return {
      deployments: Object.assign({}, controller, ...webhooks, ...controllers),
      // The operator lets its webhooks grow to five; here they keep the number that capacity counts with.
      horizontalPodAutoscalers: Object.fromEntries(
        pipelineWebhooks.map(([name]) => [
          name,
          { spec: { minReplicas: this.replicas(), maxReplicas: this.replicas() } },
        ]),
      ),
    };
  }

  private triggerOptions(): Values {
    const servers = triggerServers.map((operand) => this.operand(operand, this.smallServer(this.replicas())));
    return { deployments: Object.assign({}, ...servers) };
  }

  /** Counts a Deployment of the operator and returns what the TektonConfig has to say about it. */
  private operand([deployment, container]: Operand, sizes: Sized<PodSize>): Values {
    const pods: Pods = this.podsOf(deployment, this.sized(sizes));
    const containers = [{ name: container, resources: pods.resources }];
    return { [deployment]: { spec: { replicas: pods.replicas, template: { spec: { containers } } } } };
  }

  /** Counts the pod of a job that waits during an installation. */
  private waitingPod(name: string): ContainerResources {
    return this.podsOf(name, { cpu: '10m', memory: '48Mi' }).resources;
  }

  private smallServer(replicas: number): Sized<PodSize> {
    return {
      small: { replicas, cpu: '10m', memory: '48Mi', memoryLimit: '128Mi' },
      medium: { replicas, cpu: '10m', memory: '56Mi', memoryLimit: '192Mi' },
      large: { replicas, cpu: '20m', memory: '80Mi', memoryLimit: '256Mi' },
    };
  }

  private replicas(): number {
    return this.sized({ small: 1, medium: 2, large: 2 });
  }
}

/** What restricted namespaces ask for; the chart leaves it open. */
const confined = {
  podSecurityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
  securityContext: {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  },
} as const;

function metricsMonitor(namespace: string): CustomResource {
  const parts = { key: 'app.kubernetes.io/part-of', operator: 'In', values: ['tekton-pipelines', 'tekton-triggers'] };
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name: 'tekton-components', namespace },
    spec: {
      namespaceSelector: { matchNames: [targetNamespace] },
      selector: { matchExpressions: [parts] },
      endpoints: [{ port: 'http-metrics', interval: '30s' }],
    },
  };
}
