import type { Construct } from 'constructs';
import { Component } from '../core/component';
import type { NamespaceHandle } from '../core/handles';
import { Workflow } from '../core/workflow';
import { charts } from '../providers/charts';

export interface SharedCrdsProps {
  /** Namespace that holds the records of the releases. */
  readonly namespace: NamespaceHandle;
  /**
   * Installs the Gateway API, which the mesh and the load balancer controller look for when they start.
   *
   * @default true
   */
  readonly gatewayApi?: boolean;
}

/**
 * Resource definitions that several workflows use: monitors of the Prometheus operator and the Gateway API. Charts ask
 * for them while they are rendered and leave their monitors out without a word where they are missing, so these come
 * first of all.
 *
 * @see https://github.com/prometheus-community/helm-charts/tree/main/charts/prometheus-operator-crds
 */
export class SharedCrds extends Component {
  constructor(scope: Construct, id: string, props: SharedCrdsProps) {
    super(scope, id, {
      purpose: 'defines monitors and gateways before anything uses them',
      namespace: props.namespace,
      workflow: Workflow.FOUNDATION,
    });
    this.release({
      name: 'prometheus-operator-crds',
      chart: charts.prometheusOperatorCrds,
      values: { crds: { annotations: { 'helm.sh/resource-policy': 'keep' } } },
    });
    this.verifiedBy('kubectl wait --for condition=established crd/servicemonitors.monitoring.coreos.com');
    const { gatewayApi = true } = props;
    if (!gatewayApi) return;
    this.release({ name: 'gateway-api-crds', chart: charts.gatewayApiCrds, values: {} });
    this.verifiedBy('kubectl wait --for condition=established crd/gateways.gateway.networking.k8s.io');
    this.drainedBy(
      'Gateways and routes of the Gateway API: their definitions go with the stack, and they with them.',
      'kubectl get gateways.gateway.networking.k8s.io,httproutes.gateway.networking.k8s.io --all-namespaces',
    );
  }
}
