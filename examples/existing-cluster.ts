// A cluster that is there already: its attributes take the place of the foundation stack. What it runs already is left
// out of the cluster services.
import type { Environment, PlatformApp } from 'groundplan';
import { existingFoundation, Network } from 'groundplan/foundation';
import { IngressStack, ObservabilityStack } from 'groundplan/stacks';

const foundation = existingFoundation({
  cluster: {
    name: 'acme-main',
    endpoint: 'https://0123456789ABCDEF.gr7.us-east-1.eks.amazonaws.com',
    certificateAuthority: 'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==',
    version: '1.34',
    securityGroupId: 'sg-0a1b2c3d4e5f60718',
  },
  network: Network.existing({
    vpcId: 'vpc-0a1b2c3d4e5f60718',
    cidr: '10.0.0.0/16',
    privateSubnetIds: ['subnet-0aaaaaaaaaaaaaaaa', 'subnet-0bbbbbbbbbbbbbbbb'],
    publicSubnetIds: ['subnet-0cccccccccccccccc', 'subnet-0dddddddddddddddd'],
  }),
  encryptionKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/01234567-89ab-cdef-0123-456789abcdef',
  nodeRole: { name: 'acme-nodes', arn: 'arn:aws:iam::111122223333:role/acme-nodes' },
});

export function build(app: PlatformApp, environment: Environment): void {
  const ingress = new IngressStack(app, {
    environment,
    foundation,
    clusterServices: { karpenter: false, metricsServer: false },
  });
  new ObservabilityStack(app, { environment, foundation, ingress });
}
