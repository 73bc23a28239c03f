import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Json } from '../../scripts/verify-charts/manifest';

export type { Json };

/** Folder with one recorded chart per folder: `values.yaml`, `values.schema.json`, `crds/`. */
export const recordedCharts = process.env.GROUNDPLAN_CHARTS ?? '';

/** False where the data is absent; the tests over it are then skipped, and say so. */
export const hasRecordedCharts = existsSync(join(recordedCharts, 'loki', 'values.yaml'));

if (!hasRecordedCharts) console.warn('Skipped: GROUNDPLAN_CHARTS does not name a folder of recorded charts.');

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
