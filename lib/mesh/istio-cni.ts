import type { Construct, IConstruct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import { charts } from '../providers/charts';

export interface IstioCniProps extends ComponentProps {
  /** Pods are redirected once the control plane can configure them. */
  readonly controlPlane: IConstruct;
}

/**
 * The agent on every node that sends the traffic of a pod through the mesh, so that no pod needs the right to change
 * its network. It chains itself behind the network plugin of the cluster.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/cni/
 */
export class IstioCni extends Component {
  constructor(scope: Construct, id: string, props: IstioCniProps) {
    super(scope, id, { purpose: 'redirects the traffic of pods on each node into the mesh', ...props });
    const agent = this.podsPerNode('install-cni', { cpu: '10m', memory: '48Mi', memoryLimit: '192Mi' });
    const { mode } = this.environment.facts.mesh;
    this.release({
      chart: charts.istioCni,
      after: [props.controlPlane],
      values: {
        ...(mode === 'ambient' && { profile: 'ambient' }),
        resources: agent.resources,
        chained: true,
        cniBinDir: '/opt/cni/bin',
        cniConfDir: '/etc/cni/net.d',
        // A pod that started before the agent of a fresh node is mended instead of left without its proxy.
        repair: { enabled: true, repairPods: true },
        global: { logAsJson: true },
      },
    });
    const { name } = props.namespace;
    this.verifiedBy(`kubectl -n ${name} rollout status daemonset/istio-cni-node`);
    this.rolledBackBy(`helm -n ${name} rollback ${id}`);
  }
}
