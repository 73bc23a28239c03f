import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import { Workflow } from '../core/workflow';
import { charts } from '../providers/charts';

export interface GatekeeperProps extends ComponentProps {
  /**
   * Whether workloads of applications are refused while Gatekeeper does not answer.
   *
   * @default - true where the environment denies violations and more than one replica answers
   */
  readonly failClosed?: boolean;
  /**
   * Namespaces that the webhook never asks about, besides those of the platform.
   *
   * @default ['kube-system', 'kube-public', 'kube-node-lease']
   */
  readonly exemptNamespaces?: readonly string[];
}

/**
 * Gatekeeper: asks rules before a workload is stored, and checks what is stored already. It comes last in its stack,
 * and the webhook skips the platform's own namespaces, so it can never keep the platform from healing itself.
 *
 * @see https://open-policy-agent.github.io/gatekeeper/website/docs/
 */
export class Gatekeeper extends Component {
  constructor(scope: Construct, id: string, props: GatekeeperProps) {
    super(scope, id, { purpose: 'checks workloads against rules before and after they are stored', ...props });
    const { admission } = this.environment.facts.security;
    const webhook = this.podsOf(
      'webhook',
      this.sized({
        small: { replicas: 1, cpu: '75m', memory: '256Mi', memoryLimit: '512Mi' },
        medium: { replicas: 2, cpu: '100m', memory: '256Mi', memoryLimit: '512Mi' },
        large: { replicas: 3, cpu: '150m', memory: '384Mi', memoryLimit: '768Mi' },
      }),
    );
    const audit = this.podsOf(
      'audit',
      this.sized({
        small: { cpu: '75m', memory: '256Mi', memoryLimit: '512Mi' },
        medium: { cpu: '100m', memory: '384Mi', memoryLimit: '768Mi' },
        large: { cpu: '200m', memory: '768Mi', memoryLimit: '1536Mi' },
      }),
    );
    const definitions = this.podsOf('definitions', { cpu: '10m', memory: '64Mi', memoryLimit: '128Mi' });
    const failurePolicy = (props.failClosed ?? (admission === 'deny' && webhook.replicas > 1)) ? 'Fail' : 'Ignore';
    this.release({
      chart: charts.gatekeeper,
      values: {
        replicas: webhook.replicas,
        pdb: { controllerManager: { minAvailable: webhook.replicas > 1 ? 1 : 0 } },
        controllerManager: { resources: webhook.resources },
        audit: { resources: audit.resources },
        crds: { resources: definitions.resources },
        validatingWebhookFailurePolicy: failurePolicy,
        validatingWebhookCheckIgnoreFailurePolicy: failurePolicy,
        validatingWebhookExemptNamespacesLabels: {
          'groundplan.dev/workflow': Workflow.all.map((workflow) => workflow.id),
          'kubernetes.io/metadata.name': props.exemptNamespaces ?? ['kube-system', 'kube-public', 'kube-node-lease'],
        },
        validatingWebhookMatchConditions: conditions,
        // Nothing here changes objects, and a webhook that is not there cannot fail.
        disableMutation: true,
        auditInterval: 300,
        auditMatchKindOnly: true,
        constraintViolationsLimit: 100,
        logDenies: true,
        // The namespace has its labels already, and the hooks would run containers without requests.
        postInstall: { labelNamespace: { enabled: false }, probeWebhook: { enabled: false } },
      },
    });
    this.customResources('monitor', { resources: [monitor(props.namespace.name)] });
    this.verifiedBy(
      `kubectl -n ${props.namespace.name} rollout status deployment/gatekeeper-controller-manager`,
      `kubectl -n ${props.namespace.name} rollout status deployment/gatekeeper-audit`,
      'kubectl get validatingwebhookconfiguration gatekeeper-validating-webhook-configuration',
    );
    this.rolledBackBy(`helm -n ${props.namespace.name} rollback ${id}`);
    this.drainedBy(
      'Rules of others: only Gatekeeper can finish the removal of what it made of them.',
      'kubectl get constrainttemplates.templates.gatekeeper.sh',
    );
  }
}

/**
 * Requests that the API server sends to Gatekeeper; all must hold. Leader elections and events never wait for it, and
 * of what belongs to no namespace, such as nodes and volumes, only Gatekeeper's own resources do.
 */
const conditions = [
  {
    name: 'no-leases-nor-events',
    expression:
      "!(request.resource.group in ['coordination.k8s.io', 'events.k8s.io']) && request.resource.resource != 'events'",
  },
  {
    name: 'in-a-namespace-or-of-gatekeeper',
    expression:
      "(has(request.namespace) && request.namespace != '') || request.resource.group.endsWith('gatekeeper.sh')",
  },
] as const;

function monitor(namespace: string): CustomResource {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: 'gatekeeper', namespace },
    spec: {
      selector: { matchLabels: { 'gatekeeper.sh/system': 'yes' } },
      podMetricsEndpoints: [{ port: 'metrics' }],
    },
  };
}
