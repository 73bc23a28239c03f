import type { TerraformDocument } from '../../lib/core/terraform-check';
import { Failure } from './failure';

interface BlockSchema {
  readonly attributes?: Readonly<Record<string, { readonly nested_type?: BlockSchema }>>;
  readonly block_types?: Readonly<Record<string, { readonly nesting_mode: string; readonly block: BlockSchema }>>;
}

type Schemas = Readonly<Record<string, { readonly block: BlockSchema }>>;

/** What `terraform providers schema -json` prints. */
export interface ProviderSchemas {
  readonly provider_schemas?: Readonly<
    Record<
      string,
      {
        readonly provider?: { readonly block: BlockSchema };
        readonly resource_schemas?: Schemas;
        readonly data_source_schemas?: Schemas;
      }
    >
  >;
}

export interface Trimmed {
  readonly document: TerraformDocument;
  /** Arguments that the provider does not have, such as `aws_eks_cluster.deletion_protection`. */
  readonly dropped: readonly string[];
}

/** Arguments of Terraform itself, which no provider lists. */
const ofTerraform = new Set(['//', 'alias', 'connection', 'count', 'depends_on', 'for_each', 'lifecycle', 'provider']);

type Blocks = NonNullable<TerraformDocument['resource']>;
type Block = Readonly<Record<string, unknown>>;

/**
 * Leaves out the arguments that the provider at hand does not know, which is how a configuration for a newer version is
 * rehearsed with an older one. The provider itself is asked; no list is kept.
 *
 * @throws Failure when the provider lacks a whole type
 */
export function trimmed(document: TerraformDocument, schemas: ProviderSchemas): Trimmed {
  const providers = Object.entries(schemas.provider_schemas ?? {});
  const resources = Object.assign({}, ...providers.map(([, { resource_schemas }]) => resource_schemas)) as Schemas;
  const sources = Object.assign({}, ...providers.map(([, { data_source_schemas }]) => data_source_schemas)) as Schemas;
  const configured = Object.fromEntries(providers.map(([name, { provider }]) => [name.split('/').at(-1), provider]));
  const dropped = new Set<string>();

  const trimBlocks = (blocks: Blocks, known: Schemas, prefix: string) =>
    Object.fromEntries(
      Object.entries(blocks).map(([type, instances]) => {
        const schema = known[type]?.block;
        if (!schema)
          throw new Failure(`the provider at hand has no ${prefix}${type}: use the version the stacks ask for`);
        const trim = ([name, body]: [string, Block]) => [name, trimBlock(body, schema, prefix + type, dropped)];
        return [type, Object.fromEntries(Object.entries(instances).map(trim))];
      }),
    );
  const provider = Object.fromEntries(
    Object.entries(document.provider ?? {}).map(([name, blocks]) => {
      const schema = configured[name]?.block;
      return [name, schema ? blocks.map((body) => trimBlock(body, schema, `provider.${name}`, dropped)) : blocks];
    }),
  );
  return {
    document: {
      ...document,
      provider,
      ...(document.resource && { resource: trimBlocks(document.resource, resources, '') }),
      ...(document.data && { data: trimBlocks(document.data, sources, 'data.') }),
    },
    dropped: [...dropped].toSorted(),
  };
}

function trimBlock(block: Block, schema: BlockSchema, path: string, dropped: Set<string>): Block {
  const trim = (value: unknown, inner: BlockSchema, at: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => trim(item, inner, at));
    return typeof value === 'object' && value !== null ? trimBlock(value as Block, inner, at, dropped) : value;
  };
  return Object.fromEntries(
    Object.entries(block).flatMap(([key, value]) => {
      const at = `${path}.${key}`;
      const nested = schema.block_types?.[key];
      const attribute = schema.attributes?.[key];
      if (nested && nested.nesting_mode !== 'map') return [[key, trim(value, nested.block, at)]];
      if (attribute?.nested_type) return [[key, trim(value, attribute.nested_type, at)]];
      if (nested || attribute || ofTerraform.has(key)) return [[key, value]];
      dropped.add(at);
      return [];
    }),
  );
}
