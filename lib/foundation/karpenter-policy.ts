import type { Environment } from '../core/environment';
import type { Statement } from '../providers/aws/policy';

/**
 * What Karpenter may do: launch instances that carry the tags of this cluster, and touch only what carries them.
 *
 * @see https://karpenter.sh/docs/reference/cloudformation/
 */
export function karpenterGrants(environment: Environment, cluster: string, nodeRoleArn: string): readonly Statement[] {
  return [
    ...launching(environment, cluster),
    ...terminating(environment, cluster),
    ...instanceProfiles(environment, cluster, nodeRoleArn),
    ...discovery(environment, cluster),
    ...(environment.facts.nodes.spot.value > 0 ? [firstSpotRequest(environment)] : []),
  ];
}

const anyPool = { 'aws:RequestTag/karpenter.sh/nodepool': '*' };
const ofAnyPool = { 'aws:ResourceTag/karpenter.sh/nodepool': '*' };
const launches = ['ec2:RunInstances', 'ec2:CreateFleet'];

/** Tags of the cluster in a request, or on what exists. */
function clusterTags(on: 'Request' | 'Resource', cluster: string): Record<string, string> {
  return {
    [`aws:${on}Tag/kubernetes.io/cluster/${cluster}`]: 'owned',
    ...(on === 'Request' && { 'aws:RequestTag/eks:eks-cluster-name': cluster }),
  };
}

function launching(environment: Environment, cluster: string): Statement[] {
  const ec2 = (resource: string) => environment.arn('ec2', `${resource}/*`);
  const made = ['fleet', 'instance', 'volume', 'network-interface', 'launch-template', 'spot-instances-request'];
  const requested = { StringEquals: clusterTags('Request', cluster), StringLike: anyPool };
  return [
    {
      actions: launches,
      resources: [
        // Images and snapshots of Amazon belong to no account.
        ...['image', 'snapshot'].map((kind) => ec2(kind).replace(`:${environment.facts.aws.account}:`, '::')),
        ...['security-group', 'subnet', 'capacity-reservation', 'placement-group'].map(ec2),
      ],
    },
    {
      actions: launches,
      resources: [ec2('launch-template')],
      conditions: { StringEquals: clusterTags('Resource', cluster), StringLike: ofAnyPool },
    },
    { actions: [...launches, 'ec2:CreateLaunchTemplate'], resources: made.map(ec2), conditions: requested },
    {
      actions: ['ec2:CreateTags'],
      resources: made.map(ec2),
      conditions: {
        ...requested,
        StringEquals: {
          ...requested.StringEquals,
          'ec2:CreateAction': ['RunInstances', 'CreateFleet', 'CreateLaunchTemplate'],
        },
      },
    },
  ];
}

function terminating(environment: Environment, cluster: string): Statement[] {
  const owned = { StringEquals: clusterTags('Resource', cluster), StringLike: ofAnyPool };
  return [
    {
      actions: ['ec2:CreateTags'],
      resources: [environment.arn('ec2', 'instance/*')],
      conditions: {
        ...owned,
        StringEqualsIfExists: { 'aws:RequestTag/eks:eks-cluster-name': cluster },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['eks:eks-cluster-name', 'karpenter.sh/nodeclaim', 'Name'] },
      },
    },
    {
      actions: ['ec2:TerminateInstances', 'ec2:DeleteLaunchTemplate'],
      resources: ['instance/*', 'launch-template/*'].map((kind) => environment.arn('ec2', kind)),
      conditions: owned,
    },
  ];
}

/** Nodes run under one role; Karpenter makes the profiles that carry it. */
function instanceProfiles(environment: Environment, cluster: string, nodeRoleArn: string): Statement[] {
  const profiles = [environment.arn('iam', 'instance-profile/*', { global: true })];
  const { region } = environment.facts.aws;
  const made = { ...clusterTags('Request', cluster), 'aws:RequestTag/topology.kubernetes.io/region': region };
  const existing = { ...clusterTags('Resource', cluster), 'aws:ResourceTag/topology.kubernetes.io/region': region };
  const requestedClass = { 'aws:RequestTag/karpenter.k8s.aws/ec2nodeclass': '*' };
  const existingClass = { 'aws:ResourceTag/karpenter.k8s.aws/ec2nodeclass': '*' };
  return [
    {
      actions: ['iam:PassRole'],
      resources: [nodeRoleArn],
      conditions: { StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'] } },
    },
    {
      actions: ['iam:CreateInstanceProfile'],
      resources: profiles,
      conditions: { StringEquals: made, StringLike: requestedClass },
    },
    {
      actions: ['iam:TagInstanceProfile'],
      resources: profiles,
      conditions: { StringEquals: { ...existing, ...made }, StringLike: { ...existingClass, ...requestedClass } },
    },
    {
      actions: ['iam:AddRoleToInstanceProfile', 'iam:RemoveRoleFromInstanceProfile', 'iam:DeleteInstanceProfile'],
      resources: profiles,
      conditions: { StringEquals: existing, StringLike: existingClass },
    },
    { actions: ['iam:GetInstanceProfile'], resources: profiles },
    { actions: ['iam:ListInstanceProfiles'], resources: ['*'] },
  ];
}

function discovery(environment: Environment, cluster: string): Statement[] {
  const { region } = environment.facts.aws;
  return [
    {
      actions: [
        'ec2:DescribeCapacityReservations',
        'ec2:DescribeImages',
        'ec2:DescribeInstances',
        'ec2:DescribeInstanceStatus',
        'ec2:DescribeInstanceTypeOfferings',
        'ec2:DescribeInstanceTypes',
        'ec2:DescribeLaunchTemplates',
        'ec2:DescribePlacementGroups',
        'ec2:DescribeSecurityGroups',
        'ec2:DescribeSpotPriceHistory',
        'ec2:DescribeSubnets',
      ],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:RequestedRegion': region } },
    },
    {
      actions: ['ssm:GetParameter'],
      resources: [`arn:${environment.partition}:ssm:${region}::parameter/aws/service/*`],
    },
    { actions: ['pricing:GetProducts'], resources: ['*'] },
    { actions: ['eks:DescribeCluster'], resources: [environment.arn('eks', `cluster/${cluster}`)] },
  ];
}

/** The first spot request of an account makes a role of EC2's own, in the name of whoever sends it. */
function firstSpotRequest(environment: Environment): Statement {
  return {
    actions: ['iam:CreateServiceLinkedRole'],
    resources: [environment.arn('iam', 'role/aws-service-role/spot.amazonaws.com/*', { global: true })],
    conditions: { StringEquals: { 'iam:AWSServiceName': 'spot.amazonaws.com' } },
  };
}
