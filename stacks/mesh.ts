import type { Construct, IConstruct } from 'constructs';
import { type Choice, chosen, type Replaceable } from '../lib/core/choice';
import type { Foundation, Ingress, Mesh, MeshGateway, Observability } from '../lib/core/handles';
import { namespaces } from '../lib/core/namespaces';
import { Workflow } from '../lib/core/workflow';
import { WorkflowStack, type WorkflowStackProps } from '../lib/core/workflow-stack';
import { IstioBase } from '../lib/mesh/istio-base';
import { IstioCni, type IstioCniProps } from '../lib/mesh/istio-cni';
import { IstioGateway, type IstioGatewayProps } from '../lib/mesh/istio-gateway';
import { Istiod, type IstiodProps } from '../lib/mesh/istiod';
import { Kiali, type KialiProps } from '../lib/mesh/kiali';
import { MeshMonitoring } from '../lib/mesh/mesh-monitoring';
import { MeshPolicies, type MeshPoliciesProps } from '../lib/mesh/mesh-policies';
import { Ztunnel, type ZtunnelProps } from '../lib/mesh/ztunnel';
import { Namespace } from '../lib/providers/namespace';

const kialiNamespace = 'kiali-operator';

export interface MeshProps extends WorkflowStackProps {
  /** Cluster to run on. */
  readonly foundation: Foundation;
  /** Sends requests into the mesh and serves Kiali. */
  readonly ingress: Ingress;
  /** Takes spans, and has the metrics and traces that Kiali shows. */
  readonly observability: Observability;
  /**
   * Changes to the control plane.
   *
   * @default - as the environment says
   */
  readonly istiod?: Replaceable<Istiod, IstiodProps>;
  /**
   * Changes to the agent on the nodes.
   *
   * @default - as the environment says
   */
  readonly cni?: Replaceable<IstioCni, IstioCniProps>;
  /**
   * Changes to the proxy of ambient mode; not used in sidecar mode.
   *
   * @default - as the environment says
   */
  readonly ztunnel?: Replaceable<Ztunnel, ZtunnelProps>;
  /**
   * Changes to what holds in the whole mesh, such as exceptions from mutual TLS.
   *
   * @default - as the environment says
   */
  readonly policies?: Replaceable<MeshPolicies, MeshPoliciesProps>;
  /**
   * Changes to the gateway into the mesh; `false` leaves it out.
   *
   * @default - reachable from the ingress only
   */
  readonly gateway?: Choice<IstioGateway, IstioGatewayProps>;
  /**
   * Changes to the picture of the mesh; `false` leaves it out.
   *
   * @default - served as `kiali.<domain>`
   */
  readonly kiali?: Choice<Kiali, KialiProps>;
}

/** Workflow 6: mutual TLS between services, in sidecar or ambient mode, and a picture of who talks to whom. */
export class MeshStack extends WorkflowStack implements Mesh {
  readonly mode: Mesh['mode'];
  readonly namespace = namespaces.mesh;
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly gateway?: MeshGateway;

  constructor(scope: Construct, props: MeshProps) {
    super(scope, Workflow.MESH, props);
    const { observability } = props;
    this.mode = this.environment.facts.mesh.mode;
    this.namespaceLabels =
      this.mode === 'sidecar' ? { 'istio-injection': 'enabled' } : { 'istio.io/dataplane-mode': 'ambient' };

    // Proxies everywhere fetch certificates from 15012; the control plane of the cluster calls the webhooks on 15017.
    const namespace = new Namespace(this, namespaces.mesh, {
      podSecurity: 'restricted',
      admits: { namespaces: [kialiNamespace], everyone: [15012], webhooks: [15017] },
    });
    // The agents touch the network of the node, so they live where such pods are, not beside the key of the mesh.
    const nodes = Namespace.existing('kube-system');

    const base = new IstioBase(this, 'istio-base', { namespace });
    const controlPlane = chosen(
      this,
      props.istiod,
      (changes) => new Istiod(this, 'istiod', { namespace, definitions: base, observability, ...changes }),
    );
    const redirection = chosen(
      this,
      props.cni,
      (changes) => new IstioCni(this, 'istio-cni', { namespace: nodes, controlPlane, ...changes }),
    );
    const ztunnel = (changes: Partial<ZtunnelProps>) =>
      new Ztunnel(this, 'ztunnel', {
        namespace: nodes,
        controlPlaneNamespace: this.namespace,
        redirection,
        ...changes,
      });
    const dataPlane = this.mode === 'ambient' ? chosen(this, props.ztunnel, ztunnel) : redirection;
    chosen(
      this,
      props.policies,
      (changes) => new MeshPolicies(this, 'mesh-policies', { namespace, controlPlane, ...changes }),
    );
    new MeshMonitoring(this, 'mesh-monitoring', { namespace, agents: nodes, controlPlane });
    this.gateway = this.placeGateway(props, controlPlane, dataPlane);
    this.placeKiali(props, controlPlane);
  }

  private placeGateway(
    { gateway, ingress }: MeshProps,
    controlPlane: IConstruct,
    dataPlane: IConstruct,
  ): MeshGateway | undefined {
    if (gateway === false) return undefined;
    const namespace = new Namespace(this, 'istio-ingress', {
      podSecurity: 'restricted',
      admits: { namespaces: [ingress.gatewayNamespace] },
    });
    return chosen(
      this,
      gateway,
      (changes) => new IstioGateway(this, 'istio-gateway', { namespace, ingress, controlPlane, dataPlane, ...changes }),
    ).address;
  }

  private placeKiali({ kiali, ingress, observability }: MeshProps, controlPlane: IConstruct): void {
    if (kiali === false) return;
    const namespace = new Namespace(this, kialiNamespace, {
      podSecurity: 'restricted',
      admits: { namespaces: [ingress.gatewayNamespace] },
    });
    chosen(
      this,
      kiali,
      (changes) => new Kiali(this, 'kiali', { namespace, ingress, observability, controlPlane, ...changes }),
    );
  }
}
