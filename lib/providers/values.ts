import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { report } from '../core/model-problems';

/** Values of a chart, as in its `values.yaml`. `null` removes a default of the chart. */
export interface Values {
  readonly [key: string]: unknown;
}

const token = /(\$\{TfToken\[[^\]]+\]\})/;
const secretKey = /(password|passwd|secretkey|accesskey|apikey|privatekey|authtoken|webhookurl)$/i;

/**
 * Serializes chart values for Terraform.
 *
 * The result is JSON, which Helm reads as YAML without guessing types. Template markers of Terraform inside literals
 * are escaped, since Grafana, Loki and Falco use the same characters for their own templates; texts and numbers that
 * Terraform computes stay expressions. A literal under a key that names a secret is reported: it would end up in the
 * state.
 */
export function writeValues(scope: Construct, values: Values): string {
  return JSON.stringify(escapeLiterals(scope, values, []));
}

/** Lays patches over values: maps merge, everything else is replaced. */
export function mergeValues(base: Values, ...patches: readonly (Values | undefined)[]): Values {
  return patches.reduce<Values>((merged, patch) => (patch ? mergeTwo(merged, patch) : merged), base);
}

function mergeTwo(base: Values, patch: Values): Values {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const before = merged[key];
    merged[key] = isMap(before) && isMap(value) ? mergeTwo(before, value) : value;
  }
  return merged;
}

function isMap(value: unknown): value is Values {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !Token.isUnresolved(value);
}

function escapeLiterals(scope: Construct, value: unknown, path: readonly string[]): unknown {
  if (typeof value === 'string') {
    checkSecret(scope, value, path);
    return escapeTemplates(value);
  }
  if (typeof value !== 'number' && Token.isUnresolved(value)) return refuseUnknown(scope, path);
  if (Array.isArray(value)) return value.map((item, index) => escapeLiterals(scope, item, [...path, String(index)]));
  if (!isMap(value)) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.map(([key, item]) => [escapeTemplates(key), escapeLiterals(scope, item, [...path, key])]),
  );
}

/** Doubles the first character of `${` and `%{` outside tokens, which is how Terraform spells them literally. */
export function escapeTemplates(text: string): string {
  return text
    .split(token)
    .map((part) => (token.test(part) ? part : part.replace(/([$%])\{/g, '$1$1{')))
    .join('');
}

/** cdktf would write its placeholder for a list, map or truth value into the text; a single text or number is put in. */
function refuseUnknown(scope: Construct, path: readonly string[]): null {
  report(scope, {
    code: 'GP215',
    message: `the chart value ${path.join('.')} is a list, map or truth value that is known only after apply`,
    allowed: 'texts and numbers from resources; everything else known at synthesis',
    fix: 'take single elements with Fn.element(), or join them with Fn.join()',
  });
  return null;
}

function checkSecret(scope: Construct, value: string, path: readonly string[]): void {
  const key = path.findLast((part) => !/^\d+$/.test(part)) ?? '';
  if (!secretKey.test(key) || value === '' || Token.isUnresolved(value) || isReference(value, path)) return;
  report(scope, {
    code: 'GP212',
    message: `the chart value ${path.join('.')} is a literal`,
    allowed: 'a reference to a Kubernetes secret',
    fix: 'let External Secrets create the secret and set the existingSecret key of the chart',
  });
}

/**
 * What External Secrets fills in (`{{ .password }}`), and the name of an entry: `data[].secretKey` of External Secrets,
 * `value.secretKey` of a Tekton interceptor.
 */
function isReference(value: string, path: readonly string[]): boolean {
  const namesEntry = path.at(-1) === 'secretKey' && (path.at(-3) === 'data' || path.at(-2) === 'value');
  return /^\{\{[^{}]*\}\}$/.test(value) || namesEntry;
}
