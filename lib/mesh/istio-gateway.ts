import type { Construct, IConstruct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { CustomResource } from '../core/custom-resource';
import type { Ingress, MeshGateway } from '../core/handles';
import { charts } from '../providers/charts';
import { spreadOverNodes } from './spread';

export interface IstioGatewayProps extends ComponentProps {
  /** Its gateway hands requests on, and its load balancer controller serves `vpc`. */
  readonly ingress: Ingress;
  /** Fills in the image of the gateway's pods when they are created. */
  readonly controlPlane: IConstruct;
  /** Receives requests from the gateway. */
  readonly dataPlane: IConstruct;
  /**
   * Who may reach it: `cluster` admits the gateway of the ingress only, `vpc` adds an internal load balancer for
   * clients of the VPC. It never gets a public address.
   *
   * @default 'cluster'
   */
  readonly exposure?: 'cluster' | 'vpc';
}

/** Port of the service, and of its listener. */
const port = 80;

/** Annotations that ask the AWS Load Balancer Controller for a network load balancer inside the VPC. */
const internalLoadBalancer = {
  'service.beta.kubernetes.io/aws-load-balancer-type': 'external',
  'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip',
  'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internal',
};

/**
 * The way into the mesh: requests come from Emissary, which keeps the public address, and go on over mutual TLS.
 * Teams bind a VirtualService to it.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/gateway/
 */
export class IstioGateway extends Component {
  /** Name of the Gateway resource, as a VirtualService refers to it. */
  readonly gatewayName: string;
  /** The gateway as `ingress.route()` takes it. */
  readonly address: MeshGateway;

  constructor(scope: Construct, id: string, props: IstioGatewayProps) {
    super(scope, id, { purpose: 'lets requests from the ingress into the mesh', ...props });
    const { exposure = 'cluster' } = props;
    const namespace = props.namespace.name;
    const exposed = exposure === 'vpc';
    this.address = { namespace, service: id, port };
    this.gatewayName = `${namespace}/mesh`;
    this.release({
      chart: charts.istioGateway,
      after: [props.controlPlane, props.dataPlane, ...props.ingress.awaited],
      values: {
        ...this.deployment(),
        labels: { istio: id },
        service: serviceFor(exposed),
        // The second half keeps the ports below 1024 open to a process that is not root.
        securityContext: {
          seccompProfile: { type: 'RuntimeDefault' },
          sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
        },
      },
    });
    this.customResources('listener', {
      resources: [this.listener(namespace), ...(exposed ? [this.openToVpc(namespace)] : [])],
    });
    this.verifiedBy(
      `kubectl -n ${namespace} rollout status deployment/${id}`,
      `kubectl -n ${namespace} get gateways.networking.istio.io mesh`,
    );
    this.rolledBackBy(`helm -n ${namespace} rollback ${id}`);
    this.handsOver('gateway of VirtualServices', this.gatewayName);
  }

  private deployment() {
    const { replicas, resources } = this.podsOf(
      'istio-proxy',
      this.sized({
        small: { replicas: 1, cpu: '50m', memory: '64Mi', memoryLimit: '256Mi' },
        medium: { replicas: 2, cpu: '100m', memory: '128Mi', memoryLimit: '512Mi' },
        large: { replicas: 3, cpu: '150m', memory: '192Mi', memoryLimit: '1Gi' },
      }),
    );
    const limited = { ...resources, limits: { ...resources.limits, cpu: null } };
    if (replicas === 1) return { autoscaling: { enabled: false }, replicaCount: 1, resources: limited };
    return {
      autoscaling: { enabled: true, minReplicas: replicas, maxReplicas: 5 },
      podDisruptionBudget: { minAvailable: 1 },
      resources: limited,
      ...spreadOverNodes({ istio: this.node.id }),
    };
  }

  private listener(namespace: string): CustomResource {
    return {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'mesh', namespace },
      spec: {
        selector: { istio: this.node.id },
        servers: [{ port: { number: port, name: 'http', protocol: 'HTTP' }, hosts: ['*'] }],
      },
    };
  }

  /** Adds the load balancer's clients to those whom the namespace admits. */
  private openToVpc(namespace: string): CustomResource {
    const { cidr } = this.environment.facts.network;
    return {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'load-balancer', namespace },
      spec: {
        podSelector: { matchLabels: { istio: this.node.id } },
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ ipBlock: { cidr } }], ports: [{ protocol: 'TCP', port }] }],
      },
    };
  }
}

function serviceFor(exposed: boolean) {
  const servicePort = (name: string, number: number) => ({ name, port: number, targetPort: number, protocol: 'TCP' });
  return {
    ...(exposed ? { type: 'LoadBalancer', annotations: internalLoadBalancer } : { type: 'ClusterIP' }),
    ports: [servicePort('status-port', 15021), servicePort('http2', port)],
  };
}
