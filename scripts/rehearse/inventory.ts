import { type Call, call, jsonCall, queryCall, type Target } from './aws-api';
import { Failure } from './failure';

/** How to list the things of one kind, and which resources of Terraform are such things or live inside them. */
interface Listing {
  readonly name: string;
  readonly covers: readonly string[];
  list(target: Target): Promise<readonly string[]>;
}

const ec2 = (action: string, parameters = {}) => queryCall('ec2', '2016-11-15', { Action: action, ...parameters });
const iam = (action: string, parameters = {}) => queryCall('iam', '2010-05-08', { Action: action, ...parameters });

/** Ids between two tags of an XML answer. */
function xml(name: string, request: Call, tag: string, covers: readonly string[]): Listing {
  return {
    name,
    covers,
    list: async (target) => {
      const text = await answer(target, name, request);
      return [...text.matchAll(new RegExp(`<${tag}>([^<]+)</${tag}>`, 'g'))].map(([, id = '']) => id);
    },
  };
}

function json<T>(
  name: string,
  request: Call,
  idsOf: (body: T) => readonly string[],
  covers: readonly string[],
): Listing {
  return { name, covers, list: async (target) => idsOf(JSON.parse(await answer(target, name, request)) as T) };
}

async function answer(target: Target, name: string, request: Call): Promise<string> {
  const { status, text } = await call(target, request);
  if (status >= 300) throw new Failure(`the emulator does not list ${name}: ${status} ${text.slice(0, 200)}`);
  return text;
}

/** Keys cannot be deleted, only scheduled for it. */
const keys: Listing = {
  name: 'KMS keys',
  covers: ['aws_kms_key'],
  list: async (target) => {
    const { Keys } = JSON.parse(await answer(target, 'KMS keys', jsonCall('kms', 'TrentService.ListKeys'))) as {
      Keys: { KeyId: string }[];
    };
    const described = await Promise.all(
      Keys.map(async ({ KeyId }) => {
        const request = jsonCall('kms', 'TrentService.DescribeKey', { KeyId });
        return JSON.parse(await answer(target, 'KMS keys', request)) as {
          KeyMetadata: { KeyId: string; KeyState: string };
        };
      }),
    );
    return described
      .filter(({ KeyMetadata }) => KeyMetadata.KeyState !== 'PendingDeletion')
      .map(({ KeyMetadata }) => KeyMetadata.KeyId);
  },
};

const living = { 'Filter.1.Name': 'state', 'Filter.1.Value.1': 'pending', 'Filter.1.Value.2': 'available' };

/** Everything that the platform creates in AWS; a test holds it against the synthesized stacks. */
export const listings: readonly Listing[] = [
  xml('VPCs', ec2('DescribeVpcs'), 'vpcId', ['aws_vpc']),
  xml('subnets', ec2('DescribeSubnets'), 'subnetId', ['aws_subnet']),
  xml('route tables', ec2('DescribeRouteTables'), 'routeTableId', [
    'aws_route_table',
    'aws_route',
    'aws_route_table_association',
  ]),
  xml('internet gateways', ec2('DescribeInternetGateways'), 'internetGatewayId', ['aws_internet_gateway']),
  xml('NAT gateways', ec2('DescribeNatGateways', living), 'natGatewayId', ['aws_nat_gateway']),
  xml('addresses', ec2('DescribeAddresses'), 'allocationId', ['aws_eip']),
  xml('security groups', ec2('DescribeSecurityGroups'), 'groupId', [
    'aws_security_group',
    'aws_vpc_security_group_ingress_rule',
    'aws_vpc_security_group_egress_rule',
  ]),
  xml('VPC endpoints', ec2('DescribeVpcEndpoints'), 'vpcEndpointId', ['aws_vpc_endpoint']),
  xml('flow logs', ec2('DescribeFlowLogs'), 'flowLogId', ['aws_flow_log']),
  xml('launch templates', ec2('DescribeLaunchTemplates'), 'launchTemplateId', ['aws_launch_template']),
  xml('network interfaces', ec2('DescribeNetworkInterfaces'), 'networkInterfaceId', []),
  xml('volumes', ec2('DescribeVolumes'), 'volumeId', []),
  json(
    'clusters',
    { service: 'eks', method: 'GET', path: '/clusters' },
    (body: { clusters: string[] }) => body.clusters,
    [
      'aws_eks_cluster',
      'aws_eks_addon',
      'aws_eks_node_group',
      'aws_eks_access_entry',
      'aws_eks_access_policy_association',
      'aws_eks_pod_identity_association',
    ],
  ),
  xml('roles', iam('ListRoles', { MaxItems: '1000' }), 'RoleName', [
    'aws_iam_role',
    'aws_iam_role_policy',
    'aws_iam_role_policy_attachment',
  ]),
  xml('policies', iam('ListPolicies', { Scope: 'Local' }), 'PolicyName', ['aws_iam_policy']),
  xml('instance profiles', iam('ListInstanceProfiles'), 'InstanceProfileName', ['aws_iam_instance_profile']),
  xml('OIDC providers', iam('ListOpenIDConnectProviders'), 'Arn', ['aws_iam_openid_connect_provider']),
  xml('buckets', { service: 's3', method: 'GET' }, 'Name', [
    'aws_s3_bucket',
    'aws_s3_bucket_lifecycle_configuration',
    'aws_s3_bucket_policy',
    'aws_s3_bucket_public_access_block',
    'aws_s3_bucket_server_side_encryption_configuration',
    'aws_s3_bucket_versioning',
  ]),
  keys,
  json(
    'key aliases',
    jsonCall('kms', 'TrentService.ListAliases'),
    ({ Aliases }: { Aliases: { AliasName: string }[] }) => Aliases.map(({ AliasName }) => AliasName),
    ['aws_kms_alias'],
  ),
  json(
    'queues',
    jsonCall('sqs', 'AmazonSQS.ListQueues', {}, '1.0'),
    ({ QueueUrls = [] }: { QueueUrls?: string[] }) => QueueUrls,
    ['aws_sqs_queue', 'aws_sqs_queue_policy'],
  ),
  json(
    'event rules',
    jsonCall('events', 'AWSEvents.ListRules'),
    ({ Rules }: { Rules: { Name: string }[] }) => Rules.map(({ Name }) => Name),
    ['aws_cloudwatch_event_rule', 'aws_cloudwatch_event_target'],
  ),
  json(
    'log groups',
    jsonCall('logs', 'Logs_20140328.DescribeLogGroups'),
    ({ logGroups }: { logGroups: { logGroupName: string }[] }) => logGroups.map(({ logGroupName }) => logGroupName),
    ['aws_cloudwatch_log_group'],
  ),
  json(
    'image repositories',
    jsonCall('ecr', 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories'),
    ({ repositories }: { repositories: { repositoryName: string }[] }) =>
      repositories.map(({ repositoryName }) => repositoryName),
    ['aws_ecr_repository', 'aws_ecr_lifecycle_policy', 'aws_ecr_repository_policy'],
  ),
];

/** Everything that exists, as `kind id`. */
export async function inventory(target: Target): Promise<Set<string>> {
  const found = await Promise.all(
    listings.map(async ({ name, list }) => (await list(target)).map((id) => `${name}: ${id}`)),
  );
  return new Set(found.flat());
}

/** Kinds of which something must have appeared once stacks with these resource types are applied. */
export function expectedKinds(types: ReadonlySet<string>): string[] {
  return listings.filter(({ covers: [main] }) => main !== undefined && types.has(main)).map(({ name }) => name);
}

/** The account behind the credentials; undefined where they are refused. */
export async function accountOf(target: Target): Promise<string | undefined> {
  const { status, text } = await call(target, queryCall('sts', '2011-06-15', { Action: 'GetCallerIdentity' }));
  return status < 300 ? /<Account>(\d{12})<\/Account>/.exec(text)?.[1] : undefined;
}
