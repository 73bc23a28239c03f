import type { Construct } from 'constructs';
import { Component, type ComponentProps } from '../core/component';
import type { Environment } from '../core/environment';
import type { Foundation } from '../core/handles';
import { Workflow } from '../core/workflow';
import type { Statement } from '../providers/aws/policy';
import { WorkloadIdentity } from '../providers/aws/workload-identity';
import { charts } from '../providers/charts';

export interface ClusterAutoscalerProps extends ComponentProps {
  /** Cluster, network and key that it works with. */
  readonly foundation: Foundation;
}

const serviceAccount = 'cluster-autoscaler';

/** How long a node stays idle before it goes, and below which use it counts as idle. */
const scaleDown = {
  aggressive: { after: '2m', below: '0.7' },
  balanced: { after: '10m', below: '0.5' },
  conservative: { after: '30m', below: '0.3' },
} as const;

/** Image per minor version of the cluster: the autoscaler simulates the scheduler of that version. */
const imageTags: Readonly<Record<string, string>> = { '1.34': 'v1.34.5', '1.35': 'v1.35.2' };

/**
 * The alternative to Karpenter: it grows and shrinks the system node group between the bounds of the environment. EKS
 * tags the group so that it is found.
 *
 * @see https://github.com/kubernetes/autoscaler/tree/master/cluster-autoscaler/cloudprovider/aws
 */
export class ClusterAutoscaler extends Component {
  constructor(scope: Construct, id: string, props: ClusterAutoscalerProps) {
    super(scope, id, {
      purpose: 'grows and shrinks the node group as pods need it',
      workflow: Workflow.FOUNDATION,
      ...props,
    });
    const { foundation, namespace } = props;
    const { aws, nodes, cluster } = this.environment.facts;
    const identity = new WorkloadIdentity(this, 'identity', {
      cluster: foundation.cluster,
      namespace,
      serviceAccount,
      grants: grants(this.environment, foundation.cluster.name),
    });
    const pods = this.podsOf(
      'cluster-autoscaler',
      this.sized({
        small: { replicas: 1, cpu: '50m', memory: '192Mi', memoryLimit: '384Mi' },
        medium: { replicas: 2, cpu: '100m', memory: '256Mi', memoryLimit: '512Mi' },
        large: { replicas: 2, cpu: '200m', memory: '512Mi', memoryLimit: '1Gi' },
      }),
    );
    const { after, below } = scaleDown[nodes.scaling];
    this.release({
      chart: charts.clusterAutoscaler,
      values: {
        fullnameOverride: serviceAccount,
        image: { tag: imageTags[cluster.version] },
        cloudProvider: 'aws',
        awsRegion: aws.region,
        autoDiscovery: { clusterName: foundation.cluster.name },
        rbac: { serviceAccount: { name: serviceAccount, annotations: identity.annotations } },
        replicaCount: pods.replicas,
        resources: pods.resources,
        extraArgs: {
          expander: 'least-waste',
          'balance-similar-node-groups': true,
          'skip-nodes-with-system-pods': false,
          'scale-down-unneeded-time': after,
          'scale-down-delay-after-add': after,
          'scale-down-utilization-threshold': below,
        },
        serviceMonitor: { enabled: true, namespace: namespace.name },
      },
    });
    this.verifiedBy(
      `kubectl -n ${namespace.name} rollout status deployment/${serviceAccount}`,
      `kubectl -n ${namespace.name} get configmap cluster-autoscaler-status -o yaml`,
    );
    this.rolledBackBy(`helm -n ${namespace.name} rollback ${id}`);
  }
}

/** Reading is not bound to a resource by IAM; resizing is, to the groups of this cluster. */
function grants(environment: Environment, cluster: string): Statement[] {
  return [
    {
      actions: [
        'autoscaling:DescribeAutoScalingGroups',
        'autoscaling:DescribeAutoScalingInstances',
        'autoscaling:DescribeLaunchConfigurations',
        'autoscaling:DescribeScalingActivities',
        'autoscaling:DescribeTags',
        'ec2:DescribeImages',
        'ec2:DescribeInstanceTypes',
        'ec2:DescribeLaunchTemplateVersions',
        'ec2:GetInstanceTypesFromInstanceRequirements',
      ],
      resources: ['*'],
    },
    { actions: ['eks:DescribeNodegroup'], resources: [environment.arn('eks', `nodegroup/${cluster}/*`)] },
    {
      actions: ['autoscaling:SetDesiredCapacity', 'autoscaling:TerminateInstanceInAutoScalingGroup'],
      resources: [environment.arn('autoscaling', 'autoScalingGroup:*:autoScalingGroupName/*')],
      conditions: { StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${cluster}`]: 'owned' } },
    },
  ];
}
