import type { Construct, IConstruct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import { charts } from '../providers/charts';

export interface ZtunnelProps extends ComponentProps {
  /** Namespace of istiod, from which certificates and addresses come. */
  readonly controlPlaneNamespace: string;
  /** The agent that hands pods over to this one. */
  readonly redirection: IConstruct;
}

/**
 * The proxy of ambient mode, one on every node: it wraps the connections of all pods there in mutual TLS. What needs
 * to read requests (routes, retries, HTTP policies) takes a waypoint per namespace.
 *
 * @see https://istio.io/latest/docs/ambient/architecture/data-plane/
 */
export class Ztunnel extends Component {
  constructor(scope: Construct, id: string, props: ZtunnelProps) {
    super(scope, id, { purpose: 'carries the traffic of each node over mutual TLS, without sidecars', ...props });
    const pods = this.podsPerNode('istio-proxy', { cpu: '50m', memory: '128Mi', memoryLimit: '512Mi' });
    this.release({
      chart: charts.ztunnel,
      after: [props.redirection],
      values: { resources: pods.resources, istioNamespace: props.controlPlaneNamespace, logAsJson: true },
    });
    const { name } = props.namespace;
    this.verifiedBy(`kubectl -n ${name} rollout status daemonset/ztunnel`);
    this.rolledBackBy(`helm -n ${name} rollback ${id}`);
  }
}
