import type { TerraformDocument } from '../core/terraform-check';

/** Address across stacks: `dev-observability/helm_release.loki_release_1234`. */
export type QualifiedAddress = string;

const reference =
  /(?<![\w.])((?:data\.)?[a-z][a-z0-9]*(?:_[a-z0-9]+)+\.[A-Za-z0-9_-]+)(?:\.outputs\.([A-Za-z0-9_-]+))?/g;

/**
 * Who waits for whom: `depends_on`, references, and values that one stack reads from the state of another. Built from
 * the synthesized JSON alone, so it shows what Terraform will see.
 */
export class Graph {
  private readonly edges = new Map<QualifiedAddress, Set<QualifiedAddress>>();

  /**
   * @param stacks synthesized stacks by id
   * @param order ids of the stacks that each stack is deployed after
   */
  constructor(
    private readonly stacks: ReadonlyMap<string, TerraformDocument>,
    private readonly order: ReadonlyMap<string, readonly string[]>,
  ) {
    for (const [stack, document] of stacks) {
      for (const [address, body] of blocksOf(document))
        this.edges.set(`${stack}/${address}`, this.targets(stack, document, body));
    }
  }

  get addresses(): QualifiedAddress[] {
    return [...this.edges.keys()];
  }

  /** Addresses of one resource type, in all stacks. */
  ofType(type: string): QualifiedAddress[] {
    return this.addresses.filter((address) => address.split('/')[1]?.startsWith(`${type}.`));
  }

  /** Everything that exists before this address is created, nearest first. */
  ancestors(address: QualifiedAddress): QualifiedAddress[] {
    const seen = new Set<QualifiedAddress>();
    const queue = [...(this.edges.get(address) ?? [])];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(...(this.edges.get(next) ?? []));
    }
    return [...seen];
  }

  /** True if something of that type exists before this address is created. */
  reaches(address: QualifiedAddress, type: string): boolean {
    return this.ancestors(address).some((ancestor) => ancestor.split('/')[1]?.startsWith(`${type}.`));
  }

  /** True if `first` exists before `second` is created; and so `second` goes first on destroy. */
  isBefore(first: QualifiedAddress, second: QualifiedAddress): boolean {
    const [[earlier = ''], [later = '']] = [first.split('/'), second.split('/')];
    return this.isStackBefore(earlier, later) || this.ancestors(second).includes(first);
  }

  /** True if all of one stack is deployed before any of another. */
  isStackBefore(first: string, second: string): boolean {
    return (this.order.get(second) ?? []).some((stack) => stack === first || this.isStackBefore(first, stack));
  }

  private targets(stack: string, document: TerraformDocument, body: unknown): Set<QualifiedAddress> {
    const found = new Set<QualifiedAddress>();
    for (const text of texts(body)) {
      for (const [, address, output] of text.matchAll(reference)) {
        if (!address) continue;
        found.add(`${stack}/${address}`);
        if (output) for (const source of this.producers(document, address, output)) found.add(source);
      }
    }
    return found;
  }

  /** What the named output of another stack is made of. */
  private producers(document: TerraformDocument, address: string, output: string): QualifiedAddress[] {
    const [, type = '', name = ''] = address.split('.');
    const source = name.replace('cross-stack-reference-input-', '');
    if (!document.data?.[type]?.[name]) return [];
    const value = (this.stacks.get(source)?.output?.[output] as { value?: string } | undefined)?.value ?? '';
    return [...value.matchAll(reference)].map(([, target]) => `${source}/${target}`);
  }
}

function* blocksOf({ resource = {}, data = {} }: TerraformDocument): Generator<[string, unknown]> {
  for (const [prefix, blocks] of [
    ['', resource],
    ['data.', data],
  ] as const) {
    for (const [type, instances] of Object.entries(blocks)) {
      for (const [name, { '//': _metadata, ...body }] of Object.entries(instances))
        yield [`${prefix}${type}.${name}`, body];
    }
  }
}

/** Expressions and plain addresses in a block; JSON inside strings is searched for expressions only. */
function* texts(value: unknown, key = ''): Generator<string> {
  if (typeof value === 'string') {
    if (key === 'depends_on') yield value;
    else for (const [, inner = ''] of value.matchAll(/(?<!\$)\$\{([^}]*)\}/g)) yield inner;
  } else if (Array.isArray(value)) {
    for (const item of value) yield* texts(item, key);
  } else if (value !== null && typeof value === 'object') {
    for (const [name, item] of Object.entries(value)) yield* texts(item, name);
  }
}
