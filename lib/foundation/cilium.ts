import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import { Workflow } from '../core/workflow';
import { charts } from '../providers/charts';

/** Props of {@link Cilium}: those of every component. */
export interface CiliumProps extends ComponentProps {}

/**
 * Cilium on top of the VPC CNI: addresses stay those of the VPC, so Pod Identity, security groups and load balancer
 * targets work as before, and network policies are enforced by Cilium in place of the CNI's own agent.
 *
 * @see https://docs.cilium.io/en/stable/installation/cni-chaining-aws-cni/
 */
export class Cilium extends Component {
  constructor(scope: Construct, id: string, props: CiliumProps) {
    super(scope, id, { purpose: 'enforces network policies with eBPF', workflow: Workflow.FOUNDATION, ...props });
    const agent = this.podsPerNode('cilium-agent', { cpu: '100m', memory: '256Mi', memoryLimit: '768Mi' });
    const operator = this.podsOf('cilium-operator', {
      replicas: this.sized({ small: 1, medium: 2, large: 2 }),
      cpu: '25m',
      memory: '128Mi',
      memoryLimit: '256Mi',
    });
    this.release({
      chart: charts.cilium,
      timeout: 900,
      values: {
        cni: { chainingMode: 'aws-cni', exclusive: false, resources: agent.resources },
        routingMode: 'native',
        enableIPv4Masquerade: false,
        // Policies of the platform name ranges of the VPC, in which nodes live too.
        policyCIDRMatchMode: ['nodes'],
        resources: agent.resources,
        initResources: agent.resources,
        envoy: { enabled: false },
        hubble: { enabled: false },
        operator: {
          replicas: operator.replicas,
          resources: operator.resources,
          prometheus: { enabled: true, serviceMonitor: { enabled: true } },
        },
        prometheus: { enabled: true, serviceMonitor: { enabled: true, trustCRDsExist: true } },
      },
    });
    this.verifiedBy(
      `kubectl -n ${props.namespace.name} rollout status daemonset/cilium`,
      `kubectl -n ${props.namespace.name} exec daemonset/cilium -- cilium-dbg status --brief`,
    );
    this.rolledBackBy(`helm -n ${props.namespace.name} rollback ${id}`);
  }
}
