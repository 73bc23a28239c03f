import Ajv, { type ValidateFunction } from 'ajv';
import type { CustomResource } from '../../lib';
import { type Json, recordedSchemas } from './recorded';

const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, validateFormats: false });
const validators = new Map<string, ValidateFunction>();
let schemas: Map<string, Json> | undefined;

/** Groups that Kubernetes itself serves. */
const builtIn = [
  'v1',
  'apps/',
  'batch/',
  'networking.k8s.io/',
  'rbac.authorization.k8s.io/',
  'storage.k8s.io/',
  'policy/',
];

export function isBuiltIn({ apiVersion }: CustomResource): boolean {
  return builtIn.some((group) => apiVersion === group || (group.endsWith('/') && apiVersion.startsWith(group)));
}

/** What the API server would say against a custom resource; undefined where its definition is not recorded. */
export function complaints(resource: CustomResource): string[] | undefined {
  const validate = validatorOf(`${resource.apiVersion}/${resource.kind}`);
  if (!validate) return undefined;
  validate(resource);
  // What is known only after apply is an expression still, and no pattern can judge it.
  const errors = (validate.errors ?? []).filter(({ data }) => typeof data !== 'string' || !data.startsWith('${'));
  return errors.map(
    ({ instancePath, message, params }) =>
      `${resource.kind}/${resource.metadata.name}${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}

function validatorOf(kind: string): ValidateFunction | undefined {
  schemas ??= recordedSchemas();
  const schema = schemas.get(kind);
  if (!schema) return undefined;
  const validate = validators.get(kind) ?? ajv.compile(withMetadata(closed(schema) as Json));
  validators.set(kind, validate);
  return validate;
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

/** Fields that the schema does not name would be dropped without a word, so here they are refused. */
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
