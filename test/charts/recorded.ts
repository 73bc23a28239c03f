import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

/** Folder with one recorded chart per folder: `values.yaml`, `values.schema.json`, `crds/`. */
export const recordedCharts = process.env.GROUNDPLAN_CHARTS ?? '';

/** False where the data is absent; the tests over it are then skipped, and say so. */
export const hasRecordedCharts = existsSync(join(recordedCharts, 'loki', 'values.yaml'));

if (!hasRecordedCharts) console.warn('Skipped: GROUNDPLAN_CHARTS does not name a folder of recorded charts.');

export type Json = { readonly [key: string]: unknown };

/** Default values of a chart; what Istio nests away counts as set at the root, where users set it. */
export function recordedValues(chart: string): Json | undefined {
  const file = ['values.yaml', 'values.partial.yaml'].map((name) => join(recordedCharts, chart, name)).find(existsSync);
  if (!file) return undefined;
  const values = parse(readFileSync(file, 'utf8')) as Json;
  return (values._internal_defaults_do_not_set as Json | undefined) ?? values;
}

export function recordedSchema(chart: string): Json | undefined {
  const file = join(recordedCharts, chart, 'values.schema.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Json) : undefined;
}

interface CustomResourceDefinition {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema: { readonly openAPIV3Schema: Json };
    }[];
  };
}

/** Schemas of all recorded custom resources, by `group/version/Kind`; versions that are not served are left out. */
export function recordedSchemas(): Map<string, Json> {
  const definitions = readdirSync(recordedCharts).flatMap((chart) =>
    definitionsOf(join(recordedCharts, chart, 'crds')),
  );
  return new Map(
    definitions.flatMap(({ spec }) =>
      spec.versions
        .filter(({ served }) => served)
        .map(({ name, schema }) => [`${spec.group}/${name}/${spec.names.kind}`, schema.openAPIV3Schema] as const),
    ),
  );
}

function definitionsOf(folder: string): CustomResourceDefinition[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')))
    .map((document) => (document.toJS() ?? {}) as CustomResourceDefinition)
    .filter(({ kind }) => kind === 'CustomResourceDefinition');
}
