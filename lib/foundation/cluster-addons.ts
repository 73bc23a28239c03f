import type { Construct, IConstruct } from 'constructs';
import { Component } from '../core/component';
import type { ClusterHandle } from '../core/handles';
import { EksAddon } from '../providers/aws/eks';
import { IamRole, IamRolePolicy, IamRolePolicyAttachment } from '../providers/aws/iam';
import { policyDocument, type Statement } from '../providers/aws/policy';

/** Service account of an add-on that calls AWS. */
interface AddonIdentity {
  readonly serviceAccount: string;
  /** AWS managed policy of the add-on. */
  readonly managedPolicy: string;
  /** @default - none */
  readonly grants?: readonly Statement[];
}

export interface ClusterAddonsProps {
  /** Cluster to extend. */
  readonly cluster: ClusterHandle;
  /** What the network add-ons wait for. */
  readonly controlPlane: IConstruct;
  /** What the other add-ons wait for; the nodes themselves wait for the network add-ons. */
  readonly nodes: IConstruct;
  /** Key that encrypts volumes. */
  readonly encryptionKeyArn: string;
}

/**
 * The add-ons that EKS installs and updates itself: pod network with network policies, service network, DNS, volumes
 * and the agent that hands credentials to pods.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html
 */
export class ClusterAddons extends Component {
  constructor(scope: Construct, id: string, props: ClusterAddonsProps) {
    super(scope, id, { purpose: 'gives the cluster its pod network, DNS, volumes and pod credentials' });
    const network = [this.podIdentityAgent(props), this.vpcCni(props), this.kubeProxy(props)];
    for (const addon of network) addon.node.addDependency(props.controlPlane);
    props.nodes.node.addDependency(...network);
    for (const addon of [this.coreDns(props), this.ebsCsi(props)]) addon.node.addDependency(props.nodes);
    this.verifiedBy(`aws eks list-addons --cluster-name ${props.cluster.name}`, 'kubectl -n kube-system get pods');
    this.describeDestroy();
  }

  private describeDestroy(): void {
    const { project, name } = this.environment;
    this.drainedBy(
      'Volumes: their driver deletes them after their claims, so no claim may be left when it goes.',
      'kubectl get persistentvolumeclaims --all-namespaces',
      'kubectl get persistentvolumes',
    );
    this.leavesBehind(
      'Volumes that were retained, or whose driver went first.',
      `aws ec2 describe-volumes --filters Name=tag:Project,Values=${project} Name=tag:Environment,Values=${name} Name=tag-key,Values=kubernetes.io/created-for/pvc/name --query 'Volumes[].[VolumeId,Size,State]' --output table`,
    );
  }

  private podIdentityAgent({ cluster }: ClusterAddonsProps): EksAddon {
    this.podsPerNode('eks-pod-identity-agent', { cpu: '10m', memory: '32Mi' });
    return this.addon('eks-pod-identity-agent', cluster, { resources: { requests: { cpu: '10m', memory: '32Mi' } } });
  }

  private vpcCni({ cluster }: ClusterAddonsProps): EksAddon {
    const pods = this.podsPerNode('aws-node', {
      cpu: '25m',
      memory: '64Mi',
      sidecars: { nodeAgent: { cpu: '25m', memory: '64Mi' } },
    });
    // Prefixes give a node more addresses than its interfaces; without them t3.large stops at 35 pods.
    const values = {
      env: { ENABLE_PREFIX_DELEGATION: 'true', WARM_PREFIX_TARGET: '1' },
      enableNetworkPolicy: this.environment.facts.cluster.networking === 'vpc-cni' ? 'true' : 'false',
      resources: { requests: pods.resources.requests },
      nodeAgent: { resources: { requests: pods.sidecar('nodeAgent').requests } },
    };
    return this.addon('vpc-cni', cluster, values, {
      serviceAccount: 'aws-node',
      managedPolicy: 'AmazonEKS_CNI_Policy',
    });
  }

  private kubeProxy({ cluster }: ClusterAddonsProps): EksAddon {
    const pods = this.podsPerNode('kube-proxy', { cpu: '30m', memory: '48Mi' });
    return this.addon('kube-proxy', cluster, { resources: pods.resources });
  }

  private coreDns({ cluster }: ClusterAddonsProps): EksAddon {
    const pods = this.podsOf('coredns', { replicas: 2, cpu: '50m', memory: '70Mi', memoryLimit: '170Mi' });
    return this.addon('coredns', cluster, { replicaCount: pods.replicas, resources: pods.resources });
  }

  private ebsCsi({ cluster, encryptionKeyArn }: ClusterAddonsProps): EksAddon {
    const part = { cpu: '5m', memory: '24Mi', memoryLimit: '128Mi' };
    const controller = this.podsOf('ebs-csi-controller', {
      replicas: 2,
      ...part,
      sidecars: { provisioner: part, attacher: part, resizer: part, snapshotter: part, livenessProbe: part },
    });
    const node = this.podsPerNode('ebs-csi-node', {
      ...part,
      sidecars: { nodeDriverRegistrar: part, livenessProbe: part },
    });
    const values = {
      controller: {
        replicaCount: controller.replicas,
        resources: controller.resources,
        extraVolumeTags: this.stack.standardTags(),
      },
      node: { resources: node.resources },
      sidecars: Object.fromEntries(
        ['provisioner', 'attacher', 'resizer', 'snapshotter', 'livenessProbe', 'nodeDriverRegistrar'].map((name) => [
          name,
          { resources: controller.resources },
        ]),
      ),
    };
    return this.addon('aws-ebs-csi-driver', cluster, values, {
      serviceAccount: 'ebs-csi-controller-sa',
      managedPolicy: 'service-role/AmazonEBSCSIDriverPolicy',
      grants: [
        {
          actions: ['kms:Decrypt', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:DescribeKey'],
          resources: [encryptionKeyArn],
        },
        {
          actions: ['kms:CreateGrant'],
          resources: [encryptionKeyArn],
          conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
        },
      ],
    });
  }

  /** EKS picks the version that fits the cluster's; settings of the model win over those in the cluster. */
  private addon(name: string, cluster: ClusterHandle, values: object, identity?: AddonIdentity): EksAddon {
    const role = identity && this.role(name, identity);
    return new EksAddon(this, name, {
      addonName: name,
      clusterName: cluster.name,
      configurationValues: JSON.stringify(values),
      resolveConflictsOnCreate: 'OVERWRITE',
      resolveConflictsOnUpdate: 'OVERWRITE',
      ...(role && {
        podIdentityAssociation: [{ serviceAccount: identity.serviceAccount, roleArn: role.arn }],
        // A role without its permissions would fail the first calls, and on destroy the last ones.
        dependsOn: role.permissions,
      }),
    });
  }

  private role(addon: string, { managedPolicy, grants = [] }: AddonIdentity) {
    const role = new IamRole(this, `${addon}-role`, {
      name: this.environment.named(addon),
      assumeRolePolicy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'pods.eks.amazonaws.com' },
            Action: ['sts:AssumeRole', 'sts:TagSession'],
          },
        ],
      }),
    });
    const attachment = new IamRolePolicyAttachment(this, `${addon}-policy`, {
      role: role.name,
      policyArn: `arn:${this.environment.partition}:iam::aws:policy/${managedPolicy}`,
    });
    const policy = { name: 'grants', role: role.name, policy: policyDocument(grants) };
    const own = grants.length > 0 ? [new IamRolePolicy(this, `${addon}-grants`, policy)] : [];
    return { arn: role.arn, permissions: [attachment, ...own] };
  }
}
