import type { TerraformResource } from 'cdktf';
import { prices } from './prices';
import { daysWithoutExpiry, type Usage } from './usage';

/** The inputs that decide on the price of a resource. */
interface PricedResource {
  readonly terraformResourceType: string;
  readonly vpcEndpointTypeInput?: string;
  readonly subnetIdsInput?: readonly string[];
  readonly retentionInDaysInput?: number;
  readonly ruleInput?: readonly LifecycleRule[];
}

interface LifecycleRule {
  readonly transition?: readonly { readonly days?: number }[];
  readonly expiration?: readonly { readonly days?: number }[];
}

/** US dollars a month of one resource of a type. */
type Price = (resource: PricedResource, usage: Usage) => number;

const { hourly, monthly, perGib, hoursPerMonth } = prices;
const allMonth = (hour: number) => () => hour * hoursPerMonth;

/** Types that cost something by themselves. */
const priced: Readonly<Record<string, Price>> = {
  aws_eks_cluster: allMonth(hourly.eksCluster),
  aws_nat_gateway: allMonth(hourly.natGateway),
  aws_eip: allMonth(hourly.publicIpv4),
  aws_kms_key: () => monthly.kmsKey,
  aws_vpc_endpoint: ({ vpcEndpointTypeInput, subnetIdsInput }) =>
    vpcEndpointTypeInput === 'Interface' ? (subnetIdsInput?.length ?? 1) * hourly.interfaceEndpoint * hoursPerMonth : 0,
  aws_cloudwatch_log_group: ({ retentionInDaysInput }, { logGibPerDay }) =>
    30 * logGibPerDay * perGib.logIngested +
    (retentionInDaysInput ?? daysWithoutExpiry) * logGibPerDay * monthly.logGibStored,
  // The lifecycle says how long objects stay, so it carries the price of its bucket.
  aws_s3_bucket_lifecycle_configuration: ({ ruleInput = [] }, { bucketGibPerDay }) =>
    storedDays(ruleInput) * bucketGibPerDay,
  aws_ecr_repository: (_, { imageGib }) => imageGib * monthly.ecrGib,
};

/** Types that are free, or cost cents at the load of a platform. */
const free =
  /^(aws_(iam|eks|sqs|cloudwatch_event|ecr|s3|kms|vpc|route|subnet|security_group|internet_gateway|launch_template|flow_log|ssm_parameter)|terraform_data|time_|random_)/;

/** Price of a resource, 0 for what is free and undefined for a type that the table does not know. */
export function priceOf(resource: TerraformResource, usage: Usage): number | undefined {
  const type = resource.terraformResourceType;
  const price = priced[type];
  if (price) return price(resource as PricedResource, usage);
  return !type.startsWith('aws_') || free.test(type) ? 0 : undefined;
}

/** Dollars for one GiB a day under the lifecycle of a bucket: the price of every day that a GiB stays. */
function storedDays(rules: readonly LifecycleRule[]): number {
  const days = (kind: 'transition' | 'expiration') => rules.flatMap((rule) => rule[kind]?.[0]?.days ?? [])[0];
  const kept = days('expiration') ?? daysWithoutExpiry;
  const standard = Math.min(kept, days('transition') ?? kept);
  return standard * monthly.s3Gib + (kept - standard) * monthly.s3InfrequentGib;
}

/** Key of the annotation by which a service gets a network load balancer, and the one that says who reaches it. */
const balancer = 'service.beta.kubernetes.io/aws-load-balancer-';
const zones = 3;

/** Network load balancers that chart values ask for: one for each set of annotations. */
export function loadBalancersOf(values: unknown): { readonly isPublic: boolean }[] {
  if (values === null || typeof values !== 'object') return [];
  const own = values as Readonly<Record<string, unknown>>;
  const asked = typeof own[`${balancer}type`] === 'string';
  const here = asked ? [{ isPublic: own[`${balancer}scheme`] === 'internet-facing' }] : [];
  return [...here, ...Object.values(own).flatMap(loadBalancersOf)];
}

/** A load balancer over three zones with one capacity unit, and an address in each zone where it is public. */
export function loadBalancerPrice({ isPublic }: { readonly isPublic: boolean }, { internetGib }: Usage): number {
  const hour = hourly.networkLoadBalancer + hourly.loadBalancerUnit + (isPublic ? zones * hourly.publicIpv4 : 0);
  return hour * hoursPerMonth + (isPublic ? internetGib * perGib.internetOut : 0);
}

/** What leaves through all NAT gateways together. */
export function natTraffic({ natGib }: Usage): number {
  return natGib * perGib.natProcessed;
}
