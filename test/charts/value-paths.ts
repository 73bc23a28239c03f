import type { Json } from './recorded';

/** Paths that end in a scalar, a list or an empty map. */
export function leafPaths(values: unknown, path: readonly string[] = []): string[][] {
  if (isMap(values) && Object.keys(values).length > 0) {
    return Object.entries(values).flatMap(([key, value]) => leafPaths(value, [...path, key]));
  }
  return [[...path]];
}

/** True if the chart's default values have the path, or leave a map open above it; `resources` is Kubernetes' own. */
export function isInValues(values: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  if (!isMap(values)) return values === null;
  if (Object.keys(values).length === 0) return true;
  return key in values && (key === 'resources' || isInValues(values[key], rest));
}

/** True if the chart's JSON schema describes the path or allows anything above it. */
export function isInSchema(root: Json, schema: unknown, [key, ...rest]: readonly string[]): boolean {
  if (!isMap(schema)) return schema === true;
  if (typeof schema.$ref === 'string')
    return isInSchema(root, resolve(root, schema.$ref), key === undefined ? [] : [key, ...rest]);
  if (key === undefined) return true;
  const alternatives = [schema.anyOf, schema.oneOf, schema.allOf].filter(Array.isArray).flat();
  if (alternatives.some((alternative) => isInSchema(root, alternative, [key, ...rest]))) return true;
  const child = isMap(schema.properties) ? schema.properties[key] : undefined;
  if (child !== undefined) return isInSchema(root, child, rest);
  const open = schema.additionalProperties;
  if (isMap(open)) return isInSchema(root, open, rest);
  return open === true && schema.properties === undefined;
}

function resolve(root: Json, reference: string): unknown {
  return reference
    .replace('#/', '')
    .split('/')
    .reduce((value: unknown, key) => (isMap(value) ? value[key] : undefined), root);
}

function isMap(value: unknown): value is Json {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
