import type { Problem } from './problem';

type Json = { readonly [key: string]: unknown };
type Blocks = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/** One stack as Terraform will read it. */
export type TerraformDocument = {
  readonly resource?: Blocks;
  readonly data?: Blocks;
  readonly module?: Readonly<Record<string, Json>>;
  readonly provider?: Readonly<Record<string, readonly { readonly alias?: string }[]>>;
  readonly variable?: Json;
  readonly locals?: Json;
  readonly output?: Json;
  readonly [key: string]: unknown;
};

const address = /^(data\.)?[a-z0-9_]+\.[A-Za-z0-9_-]+$/;
const expression = /(?<!\$)\$\{([^}]*)\}/g;
const reference = /(?<![\w.])(data\.)?([a-z][a-z0-9]*(?:_[a-z0-9]+)+)\.([A-Za-z0-9_-]+)/g;

/**
 * Finds what cdktf lets through and Terraform refuses: edges, expressions and providers that point out of the stack.
 *
 * @param path id of the stack, shown in the problems
 */
export function checkTerraform(path: string, document: TerraformDocument): Problem[] {
  const blocks = blocksOf(document);
  const known = new Set(blocks.map(([address]) => address));
  const problems = providerProblems(path, document);
  for (const [address, body] of blocks) problems.push(...blockProblems(`${path}/${address}`, body, known, document));
  for (const text of strings({ output: document.output, provider: document.provider, locals: document.locals })) {
    problems.push(...danglingReferences(path, text, known));
  }
  return problems;
}

/** Resources, data sources and modules by address. */
function blocksOf({ resource = {}, data = {}, module = {} }: TerraformDocument): [string, Json][] {
  const typed = (blocks: Blocks, prefix: string) =>
    Object.entries(blocks).flatMap(([type, instances]) =>
      Object.entries(instances).map(([name, body]): [string, Json] => [`${prefix}${type}.${name}`, body]),
    );
  const modules = Object.entries(module).map(([name, body]): [string, Json] => [`module.${name}`, body]);
  return [...typed(resource, ''), ...typed(data, 'data.'), ...modules];
}

function blockProblems(path: string, body: Json, known: ReadonlySet<string>, document: TerraformDocument): Problem[] {
  const {
    depends_on: dependsOn = [],
    provider,
    '//': _metadata,
    ...attributes
  } = body as Json & { depends_on?: string[] };
  const problems = dependsOn
    .filter((entry) => !address.test(entry) || !known.has(entry))
    .map(
      (entry): Problem => ({
        code: 'GP204',
        path,
        message: `depends_on holds '${entry}'`,
        allowed: 'addresses of resources and modules of the same stack',
        fix: 'use node.addDependency(), or addDependency() between the stacks',
      }),
    );
  if (typeof provider === 'string' && !isConfigured(provider, document)) {
    problems.push({
      code: 'GP205',
      path,
      message: `the provider is '${provider}'`,
      allowed: `providers of this stack: ${configured(document).join(', ')}`,
      fix: 'create the provider in the stack that uses it',
    });
  }
  for (const text of strings(attributes)) problems.push(...danglingReferences(path, text, known));
  return problems;
}

function danglingReferences(path: string, text: string, known: ReadonlySet<string>): Problem[] {
  if (!text.includes('${')) return [];
  const missing = new Set<string>();
  for (const [, inner = ''] of text.matchAll(expression)) {
    for (const [, data = '', type, name] of inner.matchAll(reference)) {
      const target = `${data}${type}.${name}`;
      if (!known.has(target)) missing.add(target);
    }
  }
  return [...missing].map((target) => ({
    code: 'GP207',
    path,
    message: `an expression refers to '${target}', which this stack does not contain`,
    allowed: 'values of the same stack, or values of another stack taken while the constructs are made',
    fix: 'pass the value through the handle of its workflow; an Aspect may only touch its own stack',
  }));
}

function providerProblems(path: string, { provider = {} }: TerraformDocument): Problem[] {
  return Object.entries(provider)
    .filter(([, instances]) => instances.filter(({ alias }) => alias === undefined).length > 1)
    .map(([name, instances]) => ({
      code: 'GP206',
      path: `${path}/${name}`,
      message: `provider '${name}' is configured ${instances.length} times without an alias`,
      allowed: 'one default configuration per provider',
      fix: 'set alias on every further one',
    }));
}

function configured({ provider = {} }: TerraformDocument): string[] {
  return Object.entries(provider).flatMap(([name, instances]) =>
    instances.map(({ alias }) => (alias ? `${name}.${alias}` : name)),
  );
}

function isConfigured(provider: string, document: TerraformDocument): boolean {
  return configured(document).includes(provider);
}

function* strings(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const item of value) yield* strings(item);
  else if (value !== null && typeof value === 'object') for (const item of Object.values(value)) yield* strings(item);
}
