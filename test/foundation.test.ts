import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Construct } from 'constructs';
import { dev, prod, staging } from '../environments';
import { Component, type CustomResource, type Environment, type EnvironmentFacts, ModelError } from '../lib';
import { Days } from '../lib/core/units';
import { existingFoundation, Network } from '../lib/foundation';
import { logRetention } from '../lib/providers/aws/log-retention';
import { type SynthesizedEnvironment, synthEnvironment } from '../lib/testing';
import { type FoundationProps, FoundationStack } from '../stacks/foundation';
import { type IngressProps, IngressStack } from '../stacks/ingress';
import { recordedCharts } from './charts/recorded';

interface PolicyStatement {
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: object;
}

function built(
  facts: EnvironmentFacts,
  foundationProps: Partial<FoundationProps> = {},
  ingressProps: Partial<IngressProps> = {},
): SynthesizedEnvironment {
  return synthEnvironment((app, environment) => {
    const foundation = new FoundationStack(app, { environment, ...foundationProps });
    new IngressStack(app, { environment, foundation, ...ingressProps });
  }, facts);
}

/** The message of every problem of a model that is refused. */
function refusal(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    if (error instanceof ModelError) return error.message;
    throw error;
  }
  throw new Error('the model was accepted');
}

const withCluster = (changes: Partial<EnvironmentFacts['cluster']>): EnvironmentFacts => ({
  ...dev,
  cluster: { ...dev.cluster, ...changes },
});
const withNodes = (changes: Partial<EnvironmentFacts['nodes']>): EnvironmentFacts => ({
  ...dev,
  nodes: { ...dev.nodes, ...changes },
});

const inDev = built(dev);
const inStaging = built(staging);
const inProd = built(prod);

/** Statements of the role policy whose role has a name that ends like this. */
function statements(environment: SynthesizedEnvironment, role: string): PolicyStatement[] {
  const address = environment.graph
    .ofType('aws_iam_role_policy')
    .find(
      (candidate) => candidate.includes(`_${role}_identity_policy_`) || candidate.includes(`.${role}_identity_policy_`),
    );
  if (!address) throw new Error(`no policy of ${role}`);
  return (JSON.parse(environment.body(address).policy as string) as { Statement: PolicyStatement[] }).Statement;
}

const policySize = (environment: SynthesizedEnvironment, role: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements(environment, role) }).length;

const named = (environment: SynthesizedEnvironment, type: string, name: string) => {
  const body = environment.resources(type).find((resource) => (resource.tags as { Name?: string })?.Name === name);
  if (!body) throw new Error(`no ${type} named ${name}`);
  return body;
};

const custom = (environment: SynthesizedEnvironment, kind: string) =>
  environment.customResources.filter((resource) => resource.kind === kind);
const spec = (resource: CustomResource | undefined) => (resource?.spec ?? {}) as Record<string, unknown>;

describe('network', () => {
  test('has private and public subnets in three zones that do not overlap', () => {
    const subnets = inDev
      .resources('aws_subnet')
      .map(({ cidr_block, availability_zone }) => [availability_zone, cidr_block]);
    expect(subnets.toSorted()).toEqual([
      ['us-east-1a', '10.0.0.0/18'],
      ['us-east-1a', '10.0.192.0/20'],
      ['us-east-1b', '10.0.208.0/20'],
      ['us-east-1b', '10.0.64.0/18'],
      ['us-east-1c', '10.0.128.0/18'],
      ['us-east-1c', '10.0.224.0/20'],
    ]);
  });

  test('lets load balancers find their subnets', () => {
    expect(named(inDev, 'aws_subnet', 'ecotrack-dev-public-a').tags).toMatchObject({
      'kubernetes.io/role/elb': '1',
      'kubernetes.io/cluster/ecotrack-dev-cluster': 'shared',
    });
    expect(named(inDev, 'aws_subnet', 'ecotrack-dev-private-a').tags).toMatchObject({
      'kubernetes.io/role/internal-elb': '1',
    });
  });

  test.each([
    ['dev', inDev, 1],
    ['prod', inProd, 3],
  ])('goes out through the NAT gateways of %s', (_, environment, gateways) => {
    expect(environment.resources('aws_nat_gateway')).toHaveLength(gateways);
    const targets = environment
      .resources('aws_route')
      .flatMap(({ nat_gateway_id }) => (nat_gateway_id ? [nat_gateway_id] : []));
    expect(targets).toHaveLength(3);
    expect(new Set(targets).size).toBe(gateways);
  });

  test('gives nodes no public address', () => {
    expect(inDev.resources('aws_subnet').filter(({ map_public_ip_on_launch }) => map_public_ip_on_launch)).toEqual([]);
    const group = inDev.resources('aws_eks_node_group')[0] as { subnet_ids: string[] };
    expect(group.subnet_ids.every((id) => id.includes('network_private-'))).toBe(true);
  });

  test('reaches S3 and the image registry without NAT', () => {
    const endpoints = inDev
      .resources('aws_vpc_endpoint')
      .map(({ service_name, vpc_endpoint_type }) => [service_name, vpc_endpoint_type]);
    expect(endpoints.toSorted()).toEqual([
      ['com.amazonaws.us-east-1.ecr.api', 'Interface'],
      ['com.amazonaws.us-east-1.ecr.dkr', 'Interface'],
      ['com.amazonaws.us-east-1.s3', 'Gateway'],
    ]);
  });

  test('records all flows under the key, as long as the environment says', () => {
    expect(inDev.resources('aws_flow_log')[0]).toMatchObject({ traffic_type: 'ALL' });
    const groups = inProd.resources('aws_cloudwatch_log_group');
    const flows = groups.find(({ name }) => name === '/aws/vpc/ecotrack-prod-flows');
    expect(flows).toMatchObject({ retention_in_days: 90, kms_key_id: expect.stringContaining('aws_kms_key.key') });
  });

  test.each([
    [1, 1],
    [10, 14],
    [365, 365],
    [3650, 3653],
  ])('keeps logs for %i days in a period that CloudWatch offers', (days, period) => {
    expect(logRetention(Days.of(days))).toBe(period);
  });

  test('can be one that exists', () => {
    const network = Network.existing({
      vpcId: 'vpc-1',
      cidr: '10.9.0.0/16',
      privateSubnetIds: ['subnet-1', 'subnet-2'],
      publicSubnetIds: ['subnet-3', 'subnet-4'],
    });
    const environment = built(dev, { network });
    expect(environment.resources('aws_vpc')).toEqual([]);
    expect(environment.resources('aws_eks_cluster')[0]).toMatchObject({
      vpc_config: { subnet_ids: ['subnet-1', 'subnet-2'] },
    });
    expect(spec(custom(environment, 'EC2NodeClass')[0]).subnetSelectorTerms).toEqual([
      { id: 'subnet-1' },
      { id: 'subnet-2' },
    ]);
    expect(environment.release('load-balancer-controller').values.vpcId).toBe('vpc-1');
  });
});

describe('key', () => {
  test('rotates, and stays long enough to be missed', () => {
    expect(inDev.resources('aws_kms_key')).toMatchObject([{ enable_key_rotation: true, deletion_window_in_days: 7 }]);
    expect(inProd.resources('aws_kms_key')).toMatchObject([{ deletion_window_in_days: 30 }]);
  });

  test('is open to the account and to the log groups of this account', () => {
    const policy = JSON.parse(inDev.resources('aws_kms_key')[0]?.policy as string) as { Statement: object[] };
    expect(policy.Statement).toMatchObject([
      { Principal: { AWS: 'arn:aws:iam::111122223333:root' } },
      {
        Principal: { Service: 'logs.us-east-1.amazonaws.com' },
        Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:111122223333:*' } },
      },
    ]);
  });
});

describe('cluster', () => {
  const cluster = (environment: SynthesizedEnvironment) => environment.resources('aws_eks_cluster')[0];

  test('encrypts secrets and logs everything', () => {
    expect(cluster(inDev)).toMatchObject({
      name: 'ecotrack-dev-cluster',
      version: '1.34',
      encryption_config: { resources: ['secrets'], provider: { key_arn: expect.stringContaining('aws_kms_key.key') } },
      enabled_cluster_log_types: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'],
      access_config: { authentication_mode: 'API', bootstrap_cluster_creator_admin_permissions: false },
      kubernetes_network_config: { service_ipv4_cidr: '172.20.0.0/16' },
      bootstrap_self_managed_addons: false,
    });
    const logs = inProd
      .resources('aws_cloudwatch_log_group')
      .find(({ name }) => name === '/aws/eks/ecotrack-prod-cluster/cluster');
    expect(logs).toMatchObject({ retention_in_days: 365 });
  });

  test('is reached from outside by the listed ranges only', () => {
    expect(cluster(inDev)).toMatchObject({
      vpc_config: {
        endpoint_private_access: true,
        endpoint_public_access: true,
        public_access_cidrs: ['203.0.113.0/24'],
      },
    });
    expect(cluster(inProd)).toMatchObject({ vpc_config: { endpoint_public_access: false } });
    expect(refusal(() => built(withCluster({ publicAccess: ['0.0.0.0/0'] })))).toContain('GP115');
  });

  test('is protected against deletion where the environment is', () => {
    expect([inDev, inStaging, inProd].map((environment) => cluster(environment)?.deletion_protection)).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('lets in admins and the named deployer', () => {
    const principals = inProd.resources('aws_eks_access_entry').map(({ principal_arn }) => principal_arn);
    expect(principals).toEqual(['arn:aws:iam::333344445555:role/platform', 'arn:aws:iam::333344445555:role/deployer']);
    expect(inProd.resources('aws_iam_session_context')).toEqual([]);
    expect(inProd.graph.ofType('aws_eks_access_policy_association')).toHaveLength(2);
  });

  test('looks the deployer up, and makes no second entry for an admin', () => {
    const [admin, current] = inDev.resources('aws_eks_access_entry');
    expect(admin).toMatchObject({ principal_arn: 'arn:aws:iam::111122223333:role/platform' });
    expect(admin).not.toHaveProperty('count');
    expect(current).toMatchObject({ principal_arn: expect.stringContaining('data.aws_iam_session_context.') });
    expect(current?.count).toMatch(/contains\(\["arn:aws:iam::111122223333:role\/platform"\], .*\? 0 : 1/);
    const [, association] = inDev.resources('aws_eks_access_policy_association');
    expect(association?.count).toBe(current?.count);
  });

  test('makes one entry where the deployer is an admin', () => {
    const facts = withCluster({ deployer: 'arn:aws:iam::111122223333:role/platform' });
    expect(built(facts).resources('aws_eks_access_entry')).toHaveLength(1);
  });

  test('makes an identity provider for IRSA, and annotates service accounts instead of associating them', () => {
    const irsa = built(withCluster({ identity: 'irsa' }));
    expect(irsa.resources('aws_iam_openid_connect_provider')).toHaveLength(1);
    expect(irsa.resources('aws_eks_pod_identity_association')).toEqual([]);
    expect(irsa.release('karpenter').values.serviceAccount).toMatchObject({
      annotations: { 'eks.amazonaws.com/role-arn': expect.stringContaining('karpenter_identity_role') },
    });
    expect(inDev.resources('aws_iam_openid_connect_provider')).toEqual([]);
    expect(inDev.release('karpenter').values.serviceAccount).toEqual({ name: 'karpenter', annotations: {} });
  });
});

describe('system nodes', () => {
  const group = (environment: SynthesizedEnvironment) => environment.resources('aws_eks_node_group')[0];

  test('are two on demand while Karpenter makes the others', () => {
    expect(group(inDev)).toMatchObject({
      capacity_type: 'ON_DEMAND',
      instance_types: ['t3.large'],
      ami_type: 'AL2023_x86_64_STANDARD',
      scaling_config: { min_size: 2, desired_size: 2, max_size: 3 },
      lifecycle: { ignore_changes: ['scaling_config[0].desired_size'] },
    });
  });

  test('grow between the bounds of the environment with cluster-autoscaler', () => {
    const environment = built(withNodes({ autoscaler: 'cluster-autoscaler' }));
    expect(group(environment)).toMatchObject({ scaling_config: { min_size: 3, desired_size: 3, max_size: 5 } });
  });

  test('have an encrypted disk, no metadata for pods, and the number of pods that the capacity table counts', () => {
    const template = inDev.resources('aws_launch_template')[0] as { user_data: string };
    expect(template).toMatchObject({
      metadata_options: { http_tokens: 'required', http_put_response_hop_limit: 1 },
      block_device_mappings: [{ ebs: { encrypted: 'true', volume_type: 'gp3', volume_size: 50 } }],
    });
    expect(Buffer.from(template.user_data, 'base64').toString()).toContain('maxPods: 58');
  });
});

describe('add-ons', () => {
  const addon = (environment: SynthesizedEnvironment, name: string) => {
    const body = environment.resources('aws_eks_addon').find(({ addon_name }) => addon_name === name);
    return { body, values: JSON.parse(body?.configuration_values as string) as Record<string, never> };
  };

  test('bring network and pod credentials before the nodes, DNS and volumes after them', () => {
    const [nodes = ''] = inDev.graph.ofType('aws_eks_node_group');
    const before = inDev.graph
      .ofType('aws_eks_addon')
      .map((address) => [
        inDev.body(address).addon_name,
        inDev.graph.isBefore(address, nodes) ? 'before' : inDev.graph.isBefore(nodes, address) && 'after',
      ]);
    expect(Object.fromEntries(before)).toEqual({
      'eks-pod-identity-agent': 'before',
      'vpc-cni': 'before',
      'kube-proxy': 'before',
      coredns: 'after',
      'aws-ebs-csi-driver': 'after',
    });
  });

  test('enforce network policies with the VPC CNI, unless Cilium does', () => {
    expect(addon(inDev, 'vpc-cni').values).toMatchObject({
      enableNetworkPolicy: 'true',
      env: { ENABLE_PREFIX_DELEGATION: 'true' },
    });
    expect(addon(built(withCluster({ networking: 'cilium' })), 'vpc-cni').values).toMatchObject({
      enableNetworkPolicy: 'false',
    });
  });

  test('may use the key for volumes, for grants of AWS services only', () => {
    const [policy] = inDev.graph.ofType('aws_iam_role_policy').filter((address) => address.includes('ebs-csi'));
    const { Statement } = JSON.parse(inDev.body(policy ?? '').policy as string) as { Statement: PolicyStatement[] };
    expect(Statement.map(({ Action }) => Action)).toContainEqual(['kms:CreateGrant']);
    expect(Statement.every(({ Resource }) => !JSON.stringify(Resource).includes('*'))).toBe(true);
  });

  test('are what everything inside the cluster waits for', () => {
    const releases = inDev.graph.ofType('helm_release');
    for (const type of ['aws_eks_addon', 'aws_eks_node_group', 'aws_eks_access_policy_association'])
      expect(releases.filter((release) => !inDev.graph.reaches(release, type))).toEqual([]);
  });
});

describe('services of the cluster', () => {
  const order = (environment: SynthesizedEnvironment, ...names: string[]) =>
    names
      .map((name) => environment.release(name).address)
      .every((address, index, all) => {
        const next = all[index + 1];
        return !next || environment.graph.isBefore(address, next);
      });

  test('start in order: definitions, storage, nodes, load balancers, metrics', () => {
    expect(
      order(
        inDev,
        'prometheus-operator-crds',
        'storage-classes',
        'karpenter-crd',
        'karpenter',
        'karpenter-nodes',
        'load-balancer-controller',
        'metrics-server',
      ),
    ).toBe(true);
    expect(order(inDev, 'gateway-api-crds', 'load-balancer-controller')).toBe(true);
  });

  test('count as the foundation', () => {
    const components = inDev.components.filter(({ node }) => node.path.includes('/cluster-services/'));
    expect(components.map(({ node }) => node.id)).toEqual([
      'shared-crds',
      'storage',
      'karpenter',
      'load-balancer-controller',
      'metrics-server',
    ]);
    expect(components.every(({ workflow }) => workflow.id === 'foundation')).toBe(true);
  });

  test('can be left out one by one, or be your own', () => {
    class OwnAutoscaler extends Component {
      constructor(scope: Construct) {
        super(scope, 'own-autoscaler', { purpose: 'adds nodes in a way of our own' });
      }
    }
    const environment = built(
      dev,
      {},
      {
        clusterServices: {
          sharedCrds: false,
          storageClasses: false,
          loadBalancerController: false,
          metricsServer: { values: { args: ['--v=2'] } },
          karpenter: (scope) => new OwnAutoscaler(scope),
        },
      },
    );
    const releases = environment.releases.map(({ name }) => name);
    for (const gone of ['prometheus-operator-crds', 'storage-classes', 'load-balancer-controller', 'karpenter'])
      expect(releases).not.toContain(gone);
    expect(environment.release('metrics-server').values.args).toEqual(['--v=2']);
    expect(environment.component('own-autoscaler').node.path).toBe('dev-ingress/cluster-services/own-autoscaler');
  });

  test('leave definitions in the cluster when their release goes', () => {
    const keep = { 'helm.sh/resource-policy': 'keep' };
    expect(inDev.release('prometheus-operator-crds').values).toEqual({ crds: { annotations: keep } });
    expect(inDev.release('karpenter-crd').values).toEqual({ additionalAnnotations: keep });
  });

  test('can do without the Gateway API', () => {
    const environment = built(dev, {}, { clusterServices: { sharedCrds: { gatewayApi: false } } });
    expect(environment.releases.map(({ name }) => name)).not.toContain('gateway-api-crds');
  });

  test('make the default class for volumes: encrypted, in the zone of the pod, able to grow', () => {
    expect(custom(inDev, 'StorageClass')).toMatchObject([
      {
        metadata: { name: 'gp3', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
        provisioner: 'ebs.csi.aws.com',
        parameters: { type: 'gp3', encrypted: 'true', kmsKeyId: expect.stringContaining('aws_kms_keykey_') },
        volumeBindingMode: 'WaitForFirstConsumer',
        allowVolumeExpansion: true,
      },
    ]);
  });
});

describe('Karpenter', () => {
  const pool = (environment: SynthesizedEnvironment, name: string) =>
    spec(custom(environment, 'NodePool').find(({ metadata }) => metadata.name === name));

  test.each([
    ['dev', inDev, { spot: 4, 'on-demand': 2 }],
    ['staging', inStaging, { spot: 8, 'on-demand': 4 }],
    ['prod', inProd, { spot: 12, 'on-demand': 14 }],
  ])('divides the cores of %s between spot and on demand', (_, environment, cores) => {
    const limits = custom(environment, 'NodePool').map((each) => [each.metadata.name, spec(each).limits]);
    expect(Object.fromEntries(limits)).toEqual({
      spot: { cpu: cores.spot },
      'on-demand': { cpu: cores['on-demand'] },
    });
    expect(pool(environment, 'spot').weight).toBeGreaterThan(pool(environment, 'on-demand').weight as number);
  });

  test('never passes the ceiling of the environment', () => {
    for (const environment of [inDev, inStaging, inProd]) {
      const cores = custom(environment, 'NodePool').reduce(
        (sum, each) => sum + (spec(each).limits as { cpu: number }).cpu,
        0,
      );
      expect(cores / 2 + 2).toBe(environment.capacity.nodes);
    }
  });

  test('makes no pool that may have no node', () => {
    const pools = custom(built(withNodes({ spot: undefined })), 'NodePool');
    expect(pools.map(({ metadata }) => metadata.name)).toEqual(['on-demand']);
  });

  test.each([
    ['dev', inDev, 'WhenEmptyOrUnderutilized', '1m'],
    ['staging', inStaging, 'WhenEmptyOrUnderutilized', '10m'],
    ['prod', inProd, 'WhenEmpty', '30m'],
  ])('consolidates %s as its scaling says', (_, environment, consolidationPolicy, consolidateAfter) => {
    expect(pool(environment, 'spot').disruption).toMatchObject({ consolidationPolicy, consolidateAfter });
  });

  test('launches the types of the environment only', () => {
    expect(pool(inProd, 'on-demand').template).toMatchObject({
      spec: {
        requirements: expect.arrayContaining([
          { key: 'node.kubernetes.io/instance-type', operator: 'In', values: ['t3.large', 't3.xlarge', 'm5.large'] },
          { key: 'karpenter.sh/capacity-type', operator: 'In', values: ['on-demand'] },
        ]),
      },
    });
  });

  test('makes nodes like those of the system group', () => {
    expect(spec(custom(inDev, 'EC2NodeClass')[0])).toMatchObject({
      role: expect.stringContaining('system-nodes_role'),
      amiSelectorTerms: [{ alias: 'al2023@latest' }],
      kubelet: { maxPods: 58 },
      metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
      blockDeviceMappings: [{ rootVolume: true, ebs: { encrypted: true, volumeType: 'gp3', volumeSize: '50Gi' } }],
      tags: { Project: 'ecotrack', Environment: 'dev', Workflow: 'foundation', Component: 'karpenter' },
    });
    const environment = built(dev, {}, { clusterServices: { karpenter: { image: 'al2023@v20261101' } } });
    expect(spec(custom(environment, 'EC2NodeClass')[0]).amiSelectorTerms).toEqual([{ alias: 'al2023@v20261101' }]);
  });

  test('has its definitions from a release of their own, and time to drain nodes', () => {
    expect(inDev.body(inDev.release('karpenter').address)).toMatchObject({ skip_crds: true });
    expect(inDev.body(inDev.release('karpenter-nodes').address)).toMatchObject({ timeout: 1800 });
  });

  test('touches only what carries the tags of this cluster', () => {
    const grants = statements(inDev, 'karpenter');
    expect(grants.find(({ Action }) => [Action].flat().includes('ec2:TerminateInstances'))).toMatchObject({
      Condition: { StringEquals: { 'aws:ResourceTag/kubernetes.io/cluster/ecotrack-dev-cluster': 'owned' } },
    });
    expect(grants.find(({ Action }) => [Action].flat().includes('iam:PassRole'))).toMatchObject({
      Resource: [expect.stringContaining('system-nodes_role')],
      Condition: { StringEquals: { 'iam:PassedToService': ['ec2.amazonaws.com', 'ec2.amazonaws.com.cn'] } },
    });
    const actions = grants.flatMap(({ Action }) => Action);
    for (const action of ['ec2:DescribeInstanceStatus', 'ec2:DescribePlacementGroups', 'ec2:CreateLaunchTemplate'])
      expect(actions).toContain(action);
    expect(JSON.stringify(grants)).toContain('arn:aws:ec2:us-east-1::image/*');
    expect(JSON.stringify(grants)).toContain('arn:aws:ec2:us-east-1:111122223333:placement-group/*');
    expect(policySize(inDev, 'karpenter')).toBeLessThan(10_240);
  });

  test('may make the role of EC2 for spot where there is spot', () => {
    const allowed = (environment: SynthesizedEnvironment) =>
      statements(environment, 'karpenter').some(({ Action }) => Action.includes('iam:CreateServiceLinkedRole'));
    expect(allowed(inDev)).toBe(true);
    expect(allowed(built(withNodes({ spot: undefined })))).toBe(false);
  });

  test('hears of interruptions through an encrypted queue that only its rules may fill', () => {
    const [queue] = inDev.resources('aws_sqs_queue');
    expect(queue).toMatchObject({
      name: 'ecotrack-dev-interruptions',
      sqs_managed_sse_enabled: true,
      message_retention_seconds: 300,
    });
    expect(inDev.release('karpenter').values.settings).toMatchObject({
      clusterName: 'ecotrack-dev-cluster',
      interruptionQueue: 'ecotrack-dev-interruptions',
    });
    const patterns = inDev.resources('aws_cloudwatch_event_rule').map(({ event_pattern }) => event_pattern as string);
    expect(patterns.map((pattern) => (JSON.parse(pattern) as { 'detail-type': string[] })['detail-type'][0])).toEqual(
      expect.arrayContaining([
        'EC2 Spot Instance Interruption Warning',
        'EC2 Instance Rebalance Recommendation',
        'EC2 Instance State-change Notification',
        'EC2 Capacity Reservation Instance Interruption Warning',
        'AWS Health Event',
      ]),
    );
    const policy = JSON.parse(inDev.resources('aws_sqs_queue_policy')[0]?.policy as string) as { Statement: object[] };
    expect(policy.Statement).toMatchObject([
      {
        Effect: 'Allow',
        Condition: {
          ArnEquals: {
            'aws:SourceArn': expect.arrayContaining([
              'arn:aws:events:us-east-1:111122223333:rule/ecotrack-dev-spot-interruption',
            ]),
          },
        },
      },
      { Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ]);
    expect(inDev.resources('aws_cloudwatch_event_target')).toHaveLength(5);
  });
});

describe('cluster-autoscaler', () => {
  const environment = built(withNodes({ autoscaler: 'cluster-autoscaler' }));

  test('takes the place of Karpenter', () => {
    const releases = environment.releases.map(({ name }) => name);
    expect(releases).toContain('cluster-autoscaler');
    expect(releases.filter((name) => name.startsWith('karpenter'))).toEqual([]);
    expect(environment.resources('aws_sqs_queue')).toEqual([]);
    expect(environment.release('cluster-autoscaler').values).toMatchObject({
      image: { tag: 'v1.34.5' },
      autoDiscovery: { clusterName: 'ecotrack-dev-cluster' },
      extraArgs: { 'scale-down-unneeded-time': '2m', 'scale-down-utilization-threshold': '0.7' },
    });
  });

  test('resizes the groups of this cluster only', () => {
    const resize = statements(environment, 'cluster-autoscaler').find(({ Action }) =>
      Action.includes('autoscaling:SetDesiredCapacity'),
    );
    expect(resize?.Condition).toEqual({
      StringEquals: { 'aws:ResourceTag/k8s.io/cluster-autoscaler/ecotrack-dev-cluster': 'owned' },
    });
  });
});

describe('load balancer controller', () => {
  test('knows region and VPC, since it cannot ask the metadata service', () => {
    expect(inDev.release('load-balancer-controller').values).toMatchObject({
      clusterName: 'ecotrack-dev-cluster',
      region: 'us-east-1',
      vpcId: expect.stringContaining('aws_vpcnetwork_vpc'),
      serviceAccount: { name: 'aws-load-balancer-controller' },
      keepTLSSecret: true,
      defaultTargetType: 'ip',
      defaultTags: { Project: 'ecotrack', Environment: 'dev' },
    });
  });

  test('names the resources of whatever changes something', () => {
    const wild = statements(inDev, 'load-balancer-controller')
      .filter(({ Resource }) => [Resource].flat().includes('*'))
      .flatMap(({ Action }) => Action);
    expect(wild.filter((action) => !/:(Describe|List|Get)/.test(action))).toEqual([]);
    expect(policySize(inDev, 'load-balancer-controller')).toBeLessThan(10_240);
  });

  const published = join(recordedCharts, 'aws-load-balancer-controller', 'iam_policy.json');
  (existsSync(published) ? test : test.skip)('has the actions and conditions of the published policy', () => {
    const grants = (all: readonly PolicyStatement[]) =>
      all
        .flatMap(({ Action, Condition = {} }) => [Action].flat().map((action) => `${action} ${sorted(Condition)}`))
        .toSorted();
    const { Statement } = JSON.parse(readFileSync(published, 'utf8')) as { Statement: PolicyStatement[] };
    expect(grants(statements(inDev, 'load-balancer-controller'))).toEqual(grants(Statement));
  });

  function sorted(value: object): string {
    return JSON.stringify(
      Object.entries(value)
        .map(([key, item]) => [key, Array.isArray(item) || typeof item === 'string' ? [item].flat() : sorted(item)])
        .toSorted(),
    );
  }
});

describe('Cilium', () => {
  const environment = built({ ...prod, cluster: { ...prod.cluster, networking: 'cilium' } });

  test('is chained behind the VPC CNI, before there are other nodes', () => {
    expect(environment.release('cilium').values).toMatchObject({
      cni: { chainingMode: 'aws-cni', exclusive: false },
      routingMode: 'native',
      enableIPv4Masquerade: false,
    });
    const { graph } = environment;
    expect(graph.isBefore(environment.release('cilium').address, environment.release('karpenter').address)).toBe(true);
    expect(inDev.releases.map(({ name }) => name)).not.toContain('cilium');
    expect(spec(custom(environment, 'NodePool')[0]).template).toMatchObject({
      spec: { startupTaints: [{ key: 'node.cilium.io/agent-not-ready', effect: 'NoExecute' }] },
    });
  });

  test('is told of pods by namespace, because it never matches them by range', () => {
    const outgoing = (of: SynthesizedEnvironment) =>
      custom(of, 'NetworkPolicy').filter(({ metadata }) => metadata.name === 'outgoing');
    expect(outgoing(environment)).not.toEqual([]);
    for (const policy of outgoing(environment))
      expect((spec(policy).egress as { to?: object[] }[]).flatMap(({ to = [] }) => to)).toContainEqual({
        namespaceSelector: {},
      });
    for (const policy of outgoing(inProd)) expect(JSON.stringify(policy)).not.toContain('"namespaceSelector":{}');
  });
});

describe('a cluster that exists', () => {
  const attributes = {
    cluster: {
      name: 'legacy',
      endpoint: 'https://ABC.gr7.us-east-1.eks.amazonaws.com',
      certificateAuthority: 'LS0tLS1CRUdJTg==',
      version: '1.34',
      securityGroupId: 'sg-1',
    },
    network: {
      vpcId: 'vpc-1',
      cidr: '10.0.0.0/16',
      privateSubnetIds: ['subnet-1', 'subnet-2'],
      publicSubnetIds: ['subnet-3'],
    },
    encryptionKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/1',
    nodeRole: { name: 'nodes', arn: 'arn:aws:iam::111122223333:role/nodes' },
  };

  test('carries the workflows without a stack for the foundation', () => {
    const environment = synthEnvironment((app, facts: Environment) => {
      new IngressStack(app, {
        environment: facts,
        foundation: existingFoundation(attributes),
        clusterServices: { loadBalancerController: false },
      });
    }, dev);
    expect([...environment.stacks.keys()]).toEqual(['dev-ingress']);
    expect(environment.stacks.get('dev-ingress')?.provider).toMatchObject({
      helm: [{ kubernetes: { host: 'https://ABC.gr7.us-east-1.eks.amazonaws.com' } }],
    });
    expect(environment.release('cert-manager').values).toMatchObject({ crds: { enabled: true } });
    expect(spec(custom(environment, 'EC2NodeClass')[0])).toMatchObject({
      role: 'nodes',
      securityGroupSelectorTerms: [{ id: 'sg-1' }],
    });
  });

  test('is refused with everything that is wrong', () => {
    const message = refusal(() =>
      existingFoundation({
        ...attributes,
        cluster: { ...attributes.cluster, endpoint: 'ABC', certificateAuthority: '-----BEGIN' },
        network: { ...attributes.network, privateSubnetIds: [] },
        encryptionKeyArn: 'alias/key',
        nodeRole: { ...attributes.nodeRole, name: 'other' },
      }),
    );
    for (const path of ['endpoint', 'certificateAuthority', 'privateSubnetIds', 'encryptionKeyArn', 'nodeRole'])
      expect(message).toContain(path);
    expect(message.split('\n')).toHaveLength(5);
  });

  test('must name its OIDC provider for IRSA', () => {
    const message = refusal(() =>
      synthEnvironment(
        (app, environment: Environment) => {
          new IngressStack(app, { environment, foundation: existingFoundation(attributes) });
        },
        withCluster({ identity: 'irsa' }),
      ),
    );
    expect(message).toContain('GP102');
  });
});

test('fits its budget of requests', () => {
  const shared = ({ components }: SynthesizedEnvironment) => {
    const pods = components.flatMap((component) => component.pods).filter(({ perNode }) => !perNode);
    const total = (of: (each: (typeof pods)[number]) => number) =>
      pods.reduce((sum, each) => sum + each.replicas * of(each), 0);
    return { cpu: total(({ cpu }) => cpu), memory: total(({ memory }) => memory) };
  };
  const budgets = [
    [inDev, 800, 2],
    [inStaging, 1600, 4],
    [inProd, 3000, 8],
  ] as const;
  for (const [environment, cpu, gib] of budgets) {
    expect(shared(environment).cpu).toBeLessThanOrEqual(cpu);
    expect(shared(environment).memory).toBeLessThanOrEqual(gib * 1024);
  }
});
