import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import type { Json, KubernetesObject } from './manifest';

/** What a definition says about one version of its kind. */
interface Version {
  readonly name: string;
  readonly served: boolean;
  readonly schema?: { readonly openAPIV3Schema?: Json };
}

interface DefinitionSpec {
  readonly group: string;
  readonly names: { readonly kind: string };
  readonly versions: readonly Version[];
}

/** Schemas of the kinds that these objects define, by `group/version/Kind`; versions that are not served are left out. */
export function servedSchemas(objects: readonly KubernetesObject[]): Map<string, Json> {
  const specs = objects
    .filter(({ kind }) => kind === 'CustomResourceDefinition')
    .map(({ spec }) => spec as unknown as DefinitionSpec);
  return new Map(
    specs.flatMap(({ group, names, versions }) =>
      versions
        .filter(({ served }) => served)
        .map(({ name, schema }) => [`${group}/${name}/${names.kind}`, schema?.openAPIV3Schema ?? {}] as const),
    ),
  );
}

/** `group/version/Kind` of an object. */
export function kindOf({ apiVersion, kind }: KubernetesObject): string {
  return `${apiVersion}/${kind}`;
}

/** Validators of one schema serve every environment. */
const validators = new WeakMap<Json, ValidateFunction>();
const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, validateFormats: false });

/**
 * What the API server would say against a custom resource. Fields that the schema does not name are refused too: the
 * server drops them without a word.
 */
export function complaintsAgainst(schema: Json, object: KubernetesObject): string[] {
  const validate = validators.get(schema) ?? ajv.compile(withMetadata(closed(schema) as Json));
  validators.set(schema, validate);
  validate(object);
  return (validate.errors ?? []).filter(isJudged).map((error) => describe(object, error));
}

/** What is known only after apply is an expression still, and no pattern can judge it. */
function isJudged({ data }: ErrorObject): boolean {
  return typeof data !== 'string' || !data.startsWith('${');
}

export function describe({ kind, metadata }: KubernetesObject, { instancePath, message, params }: ErrorObject): string {
  return `${kind}/${metadata?.name}${instancePath}: ${message} ${JSON.stringify(params)}`;
}

/** The API server adds these three to every schema. */
function withMetadata(schema: Json): Json {
  const properties = {
    ...(schema.properties as Json),
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
  };
  return { ...schema, properties };
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, closed(value)]),
  );
  if (copy['x-kubernetes-int-or-string']) return { type: ['integer', 'string'] };
  if (copy['x-kubernetes-embedded-resource']) return {};
  // The flag is Go's way of ignoring case; JavaScript cannot read it.
  if (typeof copy.pattern === 'string' && copy.pattern.includes('(?i)')) delete copy.pattern;
  const open = copy['x-kubernetes-preserve-unknown-fields'] || copy.additionalProperties !== undefined;
  if (copy.properties && copy.type === 'object' && !open) copy.additionalProperties = false;
  if (copy.nullable && typeof copy.type === 'string') copy.type = [copy.type, 'null'];
  return copy;
}
