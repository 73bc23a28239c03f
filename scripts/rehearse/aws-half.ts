import type { TerraformDocument } from '../../lib/core/terraform-check';
import { Graph, type QualifiedAddress } from '../../lib/testing/graph';
import { Failure } from './failure';

type Documents = ReadonlyMap<string, TerraformDocument>;
type Blocks = NonNullable<TerraformDocument['resource']>;

/** Providers that need no cluster: AWS, Terraform's own, and those that only compute. */
const outside = new Set(['aws', 'terraform', 'null', 'random', 'time', 'tls']);

const providerOf = (type: string) => type.split('_')[0] ?? type;

/** `aws_vpc.main` of `dev-foundation/aws_vpc.main`; its type without `data.`. */
const localPart = (address: QualifiedAddress) => address.slice(address.indexOf('/') + 1);
const typeOf = (address: QualifiedAddress) =>
  localPart(address)
    .replace(/^data\./, '')
    .split('.')[0] ?? '';
const isInCluster = (address: QualifiedAddress) => !outside.has(providerOf(typeOf(address)));

/**
 * AWS resources that wait for something inside a cluster, each with what it waits for. There must be none: they could
 * be created only after the charts, and Terraform could not be shown that AWS alone is complete.
 */
export function awsAfterCluster(graph: Graph): string[] {
  return graph.addresses
    .filter((address) => providerOf(typeOf(address)) === 'aws')
    .flatMap((address) => {
      const first = graph.ancestors(address).find(isInCluster);
      return first ? [`${address} waits for ${first}`] : [];
    });
}

/**
 * The stacks without what lives inside the cluster: its releases and namespaces, their providers, and the gates and
 * outputs made of them.
 *
 * @throws Failure when an AWS resource depends on something inside the cluster
 */
export function awsHalf(stacks: Documents): Map<string, TerraformDocument> {
  const graph = new Graph(stacks, new Map());
  const wrong = awsAfterCluster(graph);
  if (wrong.length > 0) {
    throw new Failure(`AWS resources must not depend on resources inside the cluster:\n  ${wrong.join('\n  ')}`);
  }
  const dropped = new Set(
    graph.addresses.filter((address) => isInCluster(address) || graph.ancestors(address).some(isInCluster)),
  );
  return new Map([...stacks].map(([id, document]) => [id, withoutCluster(id, document, dropped)]));
}

function withoutCluster(id: string, document: TerraformDocument, dropped: ReadonlySet<string>): TerraformDocument {
  const { resource = {}, data = {}, provider = {}, output = {}, terraform, ...rest } = document;
  const gone = [...dropped].filter((address) => address.startsWith(`${id}/`)).map(localPart);
  const keep = (blocks: Blocks, prefix: string): Blocks =>
    entries(blocks, (instances, type) =>
      entries(instances, (body, name) => (dropped.has(`${id}/${prefix}${type}.${name}`) ? undefined : body)),
    );
  const { required_providers = {}, ...settings } = (terraform ?? {}) as {
    required_providers?: Readonly<Record<string, unknown>>;
  };
  const reduced = {
    provider: entries(provider, (body, name) => (outside.has(name) ? body : undefined)),
    resource: keep(resource, ''),
    data: keep(data, 'data.'),
    output: entries(output, (body) => (mentions(body, gone) ? undefined : body)),
    terraform: {
      ...settings,
      required_providers: entries(required_providers, (body, name) => (outside.has(name) ? body : undefined)),
    },
  };
  // Terraform takes an empty section for a mistake.
  return { ...rest, ...entries<unknown, unknown>(reduced, (section) => section) };
}

function mentions(value: unknown, addresses: readonly string[]): boolean {
  const text = JSON.stringify(value);
  return addresses.some((address) => text.includes(`\${${address}.`) || text.includes(`${address}[`));
}

/** Maps the values of an object; what maps to nothing, or to an empty object, is left out. */
function entries<T, R>(object: Readonly<Record<string, T>>, map: (value: T, key: string) => R | undefined) {
  const mapped = Object.entries(object).flatMap(([key, value]) => {
    const result = map(value as T, key);
    return result === undefined || isEmpty(result) ? [] : [[key, result] as const];
  });
  return Object.fromEntries(mapped) as Record<string, R>;
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
