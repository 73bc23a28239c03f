import type { Construct } from 'constructs';
import type { ClusterHandle, Foundation, NetworkHandle } from '../lib/core/handles';
import { Workflow } from '../lib/core/workflow';
import { WorkflowStack, type WorkflowStackProps } from '../lib/core/workflow-stack';
import { Cluster } from '../lib/foundation/cluster';
import { ClusterAddons } from '../lib/foundation/cluster-addons';
import { EncryptionKey } from '../lib/foundation/encryption-key';
import { Network } from '../lib/foundation/network';
import { SystemNodes } from '../lib/foundation/system-nodes';
import { ReadyGate } from '../lib/providers/ready-gate';

export interface FoundationProps extends WorkflowStackProps {
  /**
   * A VPC that exists already, from `Network.existing()`.
   *
   * @default - a new VPC over three zones
   */
  readonly network?: NetworkHandle;
}

/**
 * Workflow 1: network and cluster. It holds no Kubernetes or Helm provider, since a provider must not be configured by
 * the state that creates its cluster; what foundation runs inside the cluster comes with the next stack.
 */
export class FoundationStack extends WorkflowStack implements Foundation {
  readonly cluster: ClusterHandle;
  readonly network: NetworkHandle;
  readonly encryptionKeyArn: string;
  readonly nodeRole: Foundation['nodeRole'];
  readonly ready: string;
  readonly storageClass = 'gp3';

  constructor(scope: Construct, props: FoundationProps) {
    super(scope, Workflow.FOUNDATION, props);
    const key = new EncryptionKey(this, 'key');
    const clusterName = Cluster.nameIn(this.environment);
    const network = props.network ?? new Network(this, 'network', { clusterName, encryptionKeyArn: key.arn });
    const cluster = new Cluster(this, 'cluster', { network, encryptionKeyArn: key.arn });
    const nodes = new SystemNodes(this, 'system-nodes', { cluster, network });
    const addons = new ClusterAddons(this, 'addons', {
      cluster,
      controlPlane: cluster,
      nodes: nodes.group,
      encryptionKeyArn: key.arn,
    });
    const gate = new ReadyGate(this, 'ready');
    gate.node.addDependency(...cluster.access, nodes, addons);

    this.cluster = cluster;
    this.network = network;
    this.encryptionKeyArn = key.arn;
    this.nodeRole = nodes.role;
    this.ready = gate.reached;
  }
}
