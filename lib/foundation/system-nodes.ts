import type { Construct } from 'constructs';
import { podsPerNode } from '../core/capacity';
import { Component } from '../core/component';
import type { ClusterHandle, NetworkHandle } from '../core/handles';
import { checkedName } from '../core/names';
import { EksNodeGroup, LaunchTemplate } from '../providers/aws/eks';
import { IamRole, IamRolePolicyAttachment } from '../providers/aws/iam';
import { serviceTrust } from '../providers/aws/policy';

export interface SystemNodesProps {
  /** Cluster to join. */
  readonly cluster: ClusterHandle;
  /** Private subnets for the nodes. */
  readonly network: NetworkHandle;
}

const nodePolicies = [
  'AmazonEKSWorkerNodePolicy',
  'AmazonEC2ContainerRegistryPullOnly',
  'AmazonSSMManagedInstanceCore',
];

/** Nodes that are there before Karpenter is: two hosts, so that its two replicas find a place each. */
const systemNodeCount = 2;

/**
 * On-demand nodes for what must run before the autoscaler does. With cluster-autoscaler this group grows to the
 * environment's maximum; with Karpenter it stays small.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
 */
export class SystemNodes extends Component {
  /** Nodes of this group while Karpenter makes the others. */
  static readonly count = systemNodeCount;

  /** Role that every node of the environment runs under, Karpenter's too. */
  readonly role: { readonly arn: string; readonly name: string };
  /** The nodes themselves; what must wait for nodes waits for this. */
  readonly group: EksNodeGroup;

  constructor(scope: Construct, id: string, props: SystemNodesProps) {
    super(scope, id, { purpose: 'keeps on-demand nodes for the controllers of the platform' });
    const { nodes } = this.environment.facts;
    const { role, attachments } = this.nodeRole();
    this.role = { arn: role.arn, name: role.name };
    const template = this.template();
    const autoscaled = nodes.autoscaler === 'cluster-autoscaler';
    this.group = new EksNodeGroup(this, 'group', {
      clusterName: props.cluster.name,
      nodeGroupName: this.environment.named('system'),
      nodeRoleArn: role.arn,
      subnetIds: [...props.network.privateSubnetIds],
      amiType: 'AL2023_x86_64_STANDARD',
      capacityType: 'ON_DEMAND',
      instanceTypes: nodes.types.slice(0, 1),
      labels: { 'groundplan.dev/pool': 'system' },
      launchTemplate: { id: template.id, version: `${template.latestVersion}` },
      scalingConfig: {
        minSize: autoscaled ? nodes.min : systemNodeCount,
        desiredSize: autoscaled ? nodes.min : systemNodeCount,
        maxSize: autoscaled ? nodes.max : systemNodeCount + 1,
      },
      updateConfig: { maxUnavailable: 1 },
      nodeRepairConfig: { enabled: true },
      // The autoscaler moves the size; a later apply must not move it back.
      lifecycle: { ignoreChanges: ['scaling_config[0].desired_size'] },
      dependsOn: attachments,
    });
    this.verifiedBy('kubectl get nodes -l groundplan.dev/pool=system');
  }

  private nodeRole(): { role: IamRole; attachments: IamRolePolicyAttachment[] } {
    const role = new IamRole(this, 'role', {
      name: checkedName(this, 'role', this.environment.named('nodes')),
      assumeRolePolicy: serviceTrust('ec2.amazonaws.com'),
    });
    const attachments = nodePolicies.map(
      (policy) =>
        new IamRolePolicyAttachment(this, `role-${policy.toLowerCase()}`, {
          role: role.name,
          policyArn: `arn:${this.environment.partition}:iam::aws:policy/${policy}`,
        }),
    );
    return { role, attachments };
  }

  /** Encrypted gp3 root volume, metadata service out of reach of pods, and the number of pods the capacity table counts with. */
  private template(): LaunchTemplate {
    const nodeConfig = [
      'apiVersion: node.eks.aws/v1alpha1',
      'kind: NodeConfig',
      'spec:',
      '  kubelet:',
      '    config:',
      `      maxPods: ${podsPerNode}`,
    ];
    const userData = [
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="//"',
      '',
      '--//',
      'Content-Type: application/node.eks.aws',
      '',
      ...nodeConfig,
      '--//--',
      '',
    ].join('\n');
    return new LaunchTemplate(this, 'template', {
      name: this.environment.named('system'),
      userData: Buffer.from(userData).toString('base64'),
      metadataOptions: { httpEndpoint: 'enabled', httpTokens: 'required', httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [
        {
          deviceName: '/dev/xvda',
          ebs: {
            encrypted: 'true',
            volumeType: 'gp3',
            volumeSize: this.environment.facts.nodes.diskGib,
            deleteOnTermination: 'true',
          },
        },
      ],
      tagSpecifications: [
        { resourceType: 'instance', tags: { ...this.stack.standardTags(), Name: this.environment.named('system') } },
        { resourceType: 'volume', tags: this.stack.standardTags() },
      ],
    });
  }
}
