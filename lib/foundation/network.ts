import type { Construct } from 'constructs';
import { subnet } from '../core/cidr';
import { Component } from '../core/component';
import type { NetworkHandle } from '../core/handles';
import { IamRole, IamRolePolicy } from '../providers/aws/iam';
import { logRetention } from '../providers/aws/log-retention';
import {
  Eip,
  FlowLog,
  InternetGateway,
  NatGateway,
  Route,
  RouteTable,
  RouteTableAssociation,
  SecurityGroup,
  Subnet,
  Vpc,
  VpcEndpoint,
  VpcSecurityGroupIngressRule,
} from '../providers/aws/network';
import { CloudwatchLogGroup } from '../providers/aws/operations';
import { policyDocument, serviceTrust } from '../providers/aws/policy';

export interface NetworkProps {
  /** Name of the cluster whose load balancers find the subnets by tag. */
  readonly clusterName: string;
  /** Key that encrypts the flow logs. */
  readonly encryptionKeyArn: string;
}

const zones = ['a', 'b', 'c'] as const;
type Zone = (typeof zones)[number];

/**
 * A VPC over three zones: nodes in private subnets, load balancers in public ones, S3 and ECR without a detour through
 * NAT, and a record of every flow.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html
 */
export class Network extends Component implements NetworkHandle {
  /**
   * A VPC that you bring along. Its subnets must carry the tags by which load balancers find them:
   * `kubernetes.io/role/elb` on public ones, `kubernetes.io/role/internal-elb` on private ones, each with the value 1.
   */
  static existing(attributes: NetworkHandle): NetworkHandle {
    return attributes;
  }

  readonly vpcId: string;
  readonly cidr: string;
  readonly privateSubnetIds: readonly string[];
  readonly publicSubnetIds: readonly string[];

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id, { purpose: 'carries nodes in private subnets and load balancers in public ones' });
    this.cidr = this.environment.facts.network.cidr;
    const vpc = new Vpc(this, 'vpc', {
      cidrBlock: this.cidr,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      tags: { Name: this.environment.named('vpc') },
    });
    this.vpcId = vpc.id;
    const publicSubnets = zones.map((zone, index) =>
      this.subnet('public', zone, subnet(this.cidr, 4, 12 + index), props),
    );
    const privateSubnets = zones.map((zone, index) => this.subnet('private', zone, subnet(this.cidr, 2, index), props));
    this.publicSubnetIds = publicSubnets.map(({ id: subnetId }) => subnetId);
    this.privateSubnetIds = privateSubnets.map(({ id: subnetId }) => subnetId);
    const gateways = this.routeOutwards(publicSubnets);
    const tables = this.routeThroughNat(privateSubnets, gateways);
    this.endpoints(tables);
    this.recordFlows(props.encryptionKeyArn);
    this.describeDestroy(props.clusterName);
    this.verifiedBy(
      `aws ec2 describe-nat-gateways --filter Name=tag:Project,Values=${this.environment.project} Name=tag:Environment,Values=${this.environment.name} --query 'NatGateways[].State'`,
    );
  }

  private describeDestroy(cluster: string): void {
    this.drainedBy(
      'Load balancers and security groups that controllers made: each keeps the VPC from being deleted.',
      `aws resourcegroupstaggingapi get-resources --tag-filters Key=elbv2.k8s.aws/cluster,Values=${cluster} --query 'ResourceTagMappingList[].ResourceARN'`,
    );
    this.drainedBy(
      'Network interfaces that nobody uses any more: each keeps its subnet from being deleted.',
      `VPC_ID=$(aws ec2 describe-vpcs --filters Name=tag:Name,Values=${this.environment.named('vpc')} --query 'Vpcs[0].VpcId' --output text)`,
      `aws ec2 describe-network-interfaces --filters Name=vpc-id,Values="$VPC_ID" Name=status,Values=available --query 'NetworkInterfaces[].NetworkInterfaceId'`,
    );
  }

  private subnet(kind: 'public' | 'private', zone: Zone, cidrBlock: string, { clusterName }: NetworkProps): Subnet {
    const role = kind === 'public' ? 'kubernetes.io/role/elb' : 'kubernetes.io/role/internal-elb';
    return new Subnet(this, `${kind}-${zone}`, {
      vpcId: this.vpcId,
      availabilityZone: `${this.environment.facts.aws.region}${zone}`,
      cidrBlock,
      tags: {
        Name: this.environment.named(`${kind}-${zone}`),
        [`kubernetes.io/cluster/${clusterName}`]: 'shared',
        [role]: '1',
      },
    });
  }

  /** Gives public subnets a way out; returns one NAT gateway, or one per zone. */
  private routeOutwards(subnets: readonly Subnet[]): NatGateway[] {
    const internet = new InternetGateway(this, 'internet', {
      vpcId: this.vpcId,
      tags: { Name: this.environment.named('internet') },
    });
    const table = new RouteTable(this, 'public-routes', {
      vpcId: this.vpcId,
      tags: { Name: this.environment.named('public') },
    });
    new Route(this, 'public-default', {
      routeTableId: table.id,
      destinationCidrBlock: '0.0.0.0/0',
      gatewayId: internet.id,
    });
    subnets.forEach((each, index) => {
      new RouteTableAssociation(this, `public-routes-${zones[index]}`, { routeTableId: table.id, subnetId: each.id });
    });
    const withNat = this.environment.facts.network.nat === 'single' ? subnets.slice(0, 1) : subnets;
    return withNat.map((each, index) => {
      const name = `nat-${zones[index]}`;
      const address = new Eip(this, `${name}-address`, { domain: 'vpc', tags: { Name: this.environment.named(name) } });
      return new NatGateway(this, name, {
        allocationId: address.id,
        subnetId: each.id,
        tags: { Name: this.environment.named(name) },
        dependsOn: [internet],
      });
    });
  }

  private routeThroughNat(subnets: readonly Subnet[], gateways: readonly NatGateway[]): RouteTable[] {
    return subnets.map((each, index) => {
      const name = `private-${zones[index]}`;
      const table = new RouteTable(this, `${name}-routes`, {
        vpcId: this.vpcId,
        tags: { Name: this.environment.named(name) },
      });
      const gateway = gateways[index] ?? gateways[0];
      new Route(this, `${name}-default`, {
        routeTableId: table.id,
        destinationCidrBlock: '0.0.0.0/0',
        natGatewayId: gateway?.id,
      });
      new RouteTableAssociation(this, `${name}-association`, { routeTableId: table.id, subnetId: each.id });
      return table;
    });
  }

  /** Images and telemetry make most of the traffic; through endpoints they cost no NAT. */
  private endpoints(tables: readonly RouteTable[]): void {
    const service = (name: string) => `com.amazonaws.${this.environment.facts.aws.region}.${name}`;
    new VpcEndpoint(this, 's3-endpoint', {
      vpcId: this.vpcId,
      serviceName: service('s3'),
      vpcEndpointType: 'Gateway',
      routeTableIds: tables.map(({ id }) => id),
      tags: { Name: this.environment.named('s3') },
    });
    const group = new SecurityGroup(this, 'endpoints', {
      vpcId: this.vpcId,
      name: this.environment.named('endpoints'),
      description: 'TLS from the VPC to interface endpoints',
    });
    new VpcSecurityGroupIngressRule(this, 'endpoints-tls', {
      securityGroupId: group.id,
      cidrIpv4: this.cidr,
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
    });
    for (const name of ['ecr.api', 'ecr.dkr']) {
      new VpcEndpoint(this, `${name.replace('.', '-')}-endpoint`, {
        vpcId: this.vpcId,
        serviceName: service(name),
        vpcEndpointType: 'Interface',
        privateDnsEnabled: true,
        subnetIds: [...this.privateSubnetIds],
        securityGroupIds: [group.id],
        tags: { Name: this.environment.named(name) },
      });
    }
  }

  private recordFlows(kmsKeyId: string): void {
    const name = `/aws/vpc/${this.environment.named('flows')}`;
    const log = new CloudwatchLogGroup(this, 'flow-log-group', {
      name,
      retentionInDays: logRetention(this.environment.facts.network.flowLogs),
      kmsKeyId,
    });
    const role = new IamRole(this, 'flow-log-role', {
      name: this.environment.named('flow-logs'),
      assumeRolePolicy: serviceTrust('vpc-flow-logs.amazonaws.com'),
    });
    new IamRolePolicy(this, 'flow-log-policy', {
      name: 'write-flow-logs',
      role: role.name,
      policy: policyDocument([
        {
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
          resources: [this.environment.arn('logs', `log-group:${name}:*`)],
        },
      ]),
    });
    new FlowLog(this, 'flow-log', {
      vpcId: this.vpcId,
      trafficType: 'ALL',
      logDestination: log.arn,
      iamRoleArn: role.arn,
    });
  }
}
