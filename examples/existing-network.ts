// A VPC that is there already. Its subnets need the tags of load balancers and Karpenter.
import type { Environment, PlatformApp } from 'groundplan';
import { Network } from 'groundplan/foundation';
import { FoundationStack, IngressStack } from 'groundplan/stacks';

const network = Network.existing({
  vpcId: 'vpc-0a1b2c3d4e5f60718',
  cidr: '10.0.0.0/16',
  privateSubnetIds: ['subnet-0aaaaaaaaaaaaaaaa', 'subnet-0bbbbbbbbbbbbbbbb', 'subnet-0cccccccccccccccc'],
  publicSubnetIds: ['subnet-0dddddddddddddddd', 'subnet-0eeeeeeeeeeeeeeee', 'subnet-0ffffffffffffffff'],
});

export function build(app: PlatformApp, environment: Environment): void {
  const foundation = new FoundationStack(app, { environment, network });
  new IngressStack(app, { environment, foundation });
}
