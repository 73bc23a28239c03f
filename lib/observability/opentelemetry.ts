import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { Ingress } from '../core/handles';
import { charts } from '../providers/charts';

export interface OpenTelemetryProps extends ComponentProps {
  /** Its cert-manager signs the certificate of the webhooks. */
  readonly ingress: Ingress;
}

/**
 * The operator that runs collectors and puts the agents of OpenTelemetry into pods that ask for one.
 *
 * Pods start without an agent while it is down; changes to collectors have to wait for it.
 *
 * @see https://opentelemetry.io/docs/platforms/kubernetes/operator/
 */
export class OpenTelemetry extends Component {
  constructor(scope: Construct, id: string, props: OpenTelemetryProps) {
    super(scope, id, { purpose: 'runs collectors and instruments pods', ...props });
    const manager = this.podsOf(
      'manager',
      this.sized({
        small: { replicas: 1, cpu: '20m', memory: '112Mi', memoryLimit: '256Mi' },
        medium: { replicas: 2, cpu: '20m', memory: '128Mi', memoryLimit: '256Mi' },
        large: { replicas: 2, cpu: '30m', memory: '128Mi', memoryLimit: '256Mi' },
      }),
    );
    this.release({
      chart: charts.openTelemetryOperator,
      after: props.ingress.awaited,
      values: {
        fullnameOverride: 'opentelemetry-operator',
        replicaCount: manager.replicas,
        pdb: { create: manager.replicas > 1 },
        // Without this, destroying the release would delete every collector of the cluster, those of teams as well.
        crds: { annotations: { 'helm.sh/resource-policy': 'keep' } },
        manager: { resources: manager.resources, serviceMonitor: { enabled: true } },
        admissionWebhooks: { certManager: { enabled: true } },
      },
    });
    const namespace = props.namespace.name;
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status deployment/opentelemetry-operator`,
      'kubectl get crd instrumentations.opentelemetry.io opentelemetrycollectors.opentelemetry.io',
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${id}`);
    this.drainedBy(
      'Collectors of teams: only the operator can finish their removal.',
      'kubectl get opentelemetrycollectors.opentelemetry.io --all-namespaces',
    );
  }
}
