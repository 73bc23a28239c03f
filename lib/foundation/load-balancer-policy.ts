import type { Environment } from '../core/environment';
import type { Statement } from '../providers/aws/policy';

/** Set on everything the controller makes; it changes and deletes only what has it. */
const clusterTag = 'elbv2.k8s.aws/cluster';
const tagGiven = { Null: { [`aws:RequestTag/${clusterTag}`]: 'false' } };
const tagThere = { Null: { [`aws:ResourceTag/${clusterTag}`]: 'false' } };
/** Tags may change, the one of the cluster may not. */
const tagKept = { Null: { [`aws:RequestTag/${clusterTag}`]: 'true', [`aws:ResourceTag/${clusterTag}`]: 'false' } };

/**
 * What the AWS Load Balancer Controller may do: the actions and conditions of its published policy, with the resources
 * of this account and region in place of wildcards.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/
 */
export function loadBalancerGrants(environment: Environment): readonly Statement[] {
  return [
    {
      actions: ['iam:CreateServiceLinkedRole'],
      resources: [
        environment.arn('iam', 'role/aws-service-role/elasticloadbalancing.amazonaws.com/*', { global: true }),
      ],
      conditions: { StringEquals: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' } },
    },
    ...reading(),
    ...protecting(environment),
    ...securityGroups(environment),
    ...balancers(environment),
    ...tagging(environment),
    ...routing(environment),
  ];
}

const ec2Reads = [
  ...['AccountAttributes', 'Addresses', 'AvailabilityZones', 'CoipPools', 'Instances', 'InternetGateways'],
  ...['IpamPools', 'NetworkInterfaces', 'RouteTables', 'SecurityGroups', 'Subnets', 'Tags', 'VpcPeeringConnections'],
  'Vpcs',
].map((what) => `ec2:Describe${what}`);

const balancerReads = [
  ...['CapacityReservation', 'ListenerAttributes', 'ListenerCertificates', 'Listeners', 'LoadBalancerAttributes'],
  ...['LoadBalancers', 'Rules', 'SSLPolicies', 'Tags', 'TargetGroupAttributes', 'TargetGroups', 'TargetHealth'],
  'TrustStores',
].map((what) => `elasticloadbalancing:Describe${what}`);

function reading(): Statement[] {
  return [
    {
      actions: [...ec2Reads, 'ec2:GetCoipPoolUsage', 'ec2:GetSecurityGroupsForVpc', ...balancerReads],
      resources: ['*'],
    },
    {
      actions: [
        'acm:DescribeCertificate',
        'acm:ListCertificates',
        'cognito-idp:DescribeUserPoolClient',
        'iam:GetServerCertificate',
        'iam:ListServerCertificates',
        'shield:DescribeProtection',
        'shield:GetSubscriptionState',
        'waf-regional:GetWebACL',
        'waf-regional:GetWebACLForResource',
        'wafv2:GetWebACL',
        'wafv2:GetWebACLForResource',
      ],
      resources: ['*'],
    },
  ];
}

/** Firewalls and shields that annotations of an Ingress ask for. */
function protecting(environment: Environment): Statement[] {
  const balancer = balancersOf(environment, 'app');
  return [
    {
      actions: ['waf-regional:AssociateWebACL', 'waf-regional:DisassociateWebACL'],
      resources: [environment.arn('waf-regional', 'webacl/*'), ...balancer],
    },
    {
      actions: ['wafv2:AssociateWebACL', 'wafv2:DisassociateWebACL'],
      resources: [environment.arn('wafv2', 'regional/webacl/*'), ...balancer],
    },
    {
      actions: ['shield:CreateProtection', 'shield:DeleteProtection'],
      resources: [environment.arn('shield', 'protection/*', { global: true }), ...balancer],
    },
  ];
}

function securityGroups(environment: Environment): Statement[] {
  const groups = [environment.arn('ec2', 'security-group/*')];
  const rules = ['ec2:AuthorizeSecurityGroupIngress', 'ec2:RevokeSecurityGroupIngress'];
  return [
    { actions: rules, resources: [...groups, environment.arn('ec2', 'security-group-rule/*')] },
    { actions: ['ec2:CreateSecurityGroup'], resources: [...groups, environment.arn('ec2', 'vpc/*')] },
    {
      actions: ['ec2:CreateTags'],
      resources: groups,
      conditions: { StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup' }, ...tagGiven },
    },
    { actions: ['ec2:CreateTags', 'ec2:DeleteTags'], resources: groups, conditions: tagKept },
    { actions: [...rules, 'ec2:DeleteSecurityGroup'], resources: groups, conditions: tagThere },
  ];
}

function balancers(environment: Environment): Statement[] {
  const made = [...balancersOf(environment), targetGroups(environment)];
  return [
    {
      actions: balancing('CreateLoadBalancer', 'CreateTargetGroup'),
      resources: made,
      conditions: tagGiven,
    },
    {
      actions: balancing(
        ...['DeleteLoadBalancer', 'DeleteTargetGroup', 'ModifyCapacityReservation', 'ModifyIpPools'],
        ...['ModifyListenerAttributes', 'ModifyLoadBalancerAttributes', 'ModifyTargetGroup'],
        ...['ModifyTargetGroupAttributes', 'SetIpAddressType', 'SetSecurityGroups', 'SetSubnets'],
      ),
      resources: [...made, ...listenersOf(environment)],
      conditions: tagThere,
    },
  ];
}

function tagging(environment: Environment): Statement[] {
  const made = [...balancersOf(environment), targetGroups(environment)];
  return [
    { actions: balancing('AddTags', 'RemoveTags'), resources: made, conditions: tagKept },
    { actions: balancing('AddTags', 'RemoveTags'), resources: listenersOf(environment) },
    {
      actions: balancing('AddTags'),
      resources: made,
      conditions: {
        StringEquals: { 'elasticloadbalancing:CreateAction': ['CreateTargetGroup', 'CreateLoadBalancer'] },
        ...tagGiven,
      },
    },
  ];
}

/** Listeners, rules and targets of what was made above. */
function routing(environment: Environment): Statement[] {
  return [
    {
      actions: balancing('CreateListener', 'CreateRule', 'DeleteListener', 'DeleteRule'),
      resources: [...balancersOf(environment), ...listenersOf(environment)],
    },
    { actions: balancing('DeregisterTargets', 'RegisterTargets'), resources: [targetGroups(environment)] },
    {
      actions: balancing(
        ...['AddListenerCertificates', 'ModifyListener', 'ModifyRule', 'RemoveListenerCertificates'],
        ...['SetRulePriorities', 'SetWebAcl'],
      ),
      resources: [...balancersOf(environment), ...listenersOf(environment)],
    },
  ];
}

function balancing(...actions: readonly string[]): string[] {
  return actions.map((action) => `elasticloadbalancing:${action}`);
}

function balancersOf(environment: Environment, ...kinds: readonly ('app' | 'net')[]): string[] {
  return (kinds.length > 0 ? kinds : (['app', 'net'] as const)).map((kind) =>
    environment.arn('elasticloadbalancing', `loadbalancer/${kind}/*`),
  );
}

function listenersOf(environment: Environment): string[] {
  return ['listener/app/*', 'listener/net/*', 'listener-rule/app/*', 'listener-rule/net/*'].map((resource) =>
    environment.arn('elasticloadbalancing', resource),
  );
}

function targetGroups(environment: Environment): string {
  return environment.arn('elasticloadbalancing', 'targetgroup/*');
}
