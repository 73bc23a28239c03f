import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import { charts } from '../providers/charts';

/**
 * The resource definitions of Istio in a release of their own. They stay when the release goes, so routes and policies
 * of applications survive a reinstallation of the mesh.
 *
 * @see https://istio.io/latest/docs/setup/install/helm/
 */
export class IstioBase extends Component {
  constructor(scope: Construct, id: string, props: ComponentProps) {
    super(scope, id, { purpose: 'defines the resource kinds of Istio', ...props });
    this.release({
      chart: charts.istioBase,
      values: {
        defaultRevision: 'default',
        base: { enableCRDTemplates: true },
        global: { istioNamespace: props.namespace.name },
      },
    });
    this.verifiedBy('kubectl get crd virtualservices.networking.istio.io peerauthentications.security.istio.io');
    this.rolledBackBy(`helm -n ${props.namespace.name} rollback ${id}`);
  }
}
