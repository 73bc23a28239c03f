import type { Region } from '../core/regions';

/**
 * List prices in US dollars. Nothing is looked up while the library runs: to renew them, edit this file and its date.
 */
export const prices = {
  asOf: '2026-06-01',
  source: 'public AWS price pages: EC2, EKS, EBS, S3, VPC, Elastic Load Balancing, KMS, CloudWatch, ECR',
  /** Region that the prices are for. */
  region: 'us-east-1',
  hoursPerMonth: 730,

  /** Linux, on demand, an hour. */
  instances: {
    't3.medium': 0.0416,
    't3.large': 0.0832,
    't3.xlarge': 0.1664,
    't3.2xlarge': 0.3328,
    't3a.medium': 0.0376,
    't3a.large': 0.0752,
    't3a.xlarge': 0.1504,
    't3a.2xlarge': 0.3008,
    ...sizes('m5', 0.096),
    ...sizes('m5a', 0.086),
    ...sizes('m6i', 0.096),
    ...sizes('m6a', 0.0864),
    ...sizes('m7i', 0.1008),
    ...sizes('m7a', 0.11592),
    ...sizes('r5', 0.126),
    ...sizes('r6i', 0.126),
    ...sizes('r7i', 0.1323),
    ...sizes('c5', 0.085),
    ...sizes('c6i', 0.085),
    ...sizes('c7i', 0.08925),
  } as Readonly<Record<string, number>>,
  /** Spot moves by the hour and zone. It saves 60 to 70 % for these types; this is the middle, as a share of on demand. */
  spotShare: 0.35,

  /** An hour of what runs all the time. */
  hourly: {
    /** Control plane of a version under standard support. */
    eksCluster: 0.1,
    natGateway: 0.045,
    /** A public IPv4 address, in use or not. */
    publicIpv4: 0.005,
    /** An interface endpoint in one zone. */
    interfaceEndpoint: 0.01,
    networkLoadBalancer: 0.0225,
    /** One capacity unit of a network load balancer. */
    loadBalancerUnit: 0.006,
  },
  /** A month of each. */
  monthly: {
    kmsKey: 1,
    /** GiB of a gp3 volume with the throughput it comes with. */
    gp3Gib: 0.08,
    s3Gib: 0.023,
    /** GiB in infrequent access. */
    s3InfrequentGib: 0.0125,
    /** GiB of logs that CloudWatch keeps. */
    logGibStored: 0.03,
    ecrGib: 0.1,
  },
  /** A GiB that moves. */
  perGib: {
    logIngested: 0.5,
    natProcessed: 0.045,
    internetOut: 0.09,
  },

  /**
   * What other regions cost in comparison, by the price of an m5.large there. Regions that are not listed have no
   * estimate.
   */
  regionFactors: {
    'us-east-1': 1,
    'us-east-2': 1,
    'us-west-2': 1,
    'us-gov-east-1': 1.26,
    'us-gov-west-1': 1.26,
    'ca-central-1': 1.11,
    'sa-east-1': 1.59,
    'eu-west-1': 1.11,
    'eu-west-2': 1.16,
    'eu-west-3': 1.17,
    'eu-central-1': 1.2,
    'eu-north-1': 1.06,
    'ap-south-1': 1.05,
    'ap-southeast-1': 1.25,
    'ap-southeast-2': 1.25,
    'ap-northeast-1': 1.29,
    'ap-northeast-2': 1.23,
    'ap-northeast-3': 1.29,
    'ap-east-1': 1.38,
    'af-south-1': 1.32,
  } as Readonly<Partial<Record<Region, number>>>,
} as const;

/** The sizes of a family, each twice the price of the one before. */
function sizes(family: string, large: number): Record<string, number> {
  return Object.fromEntries(
    ['large', 'xlarge', '2xlarge', '4xlarge'].map((size, index) => [`${family}.${size}`, large * 2 ** index]),
  );
}
