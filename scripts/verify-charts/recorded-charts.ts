import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { servedSchemas } from './definitions';
import type { Json, KubernetesObject } from './manifest';

/**
 * Schemas of recorded custom resources, by `group/version/Kind`.
 *
 * @param folder one recorded chart per folder, definitions under `crds/`; nothing where it is absent
 */
export function recordedSchemas(folder: string | undefined): Map<string, Json> {
  if (!folder || !existsSync(folder)) return new Map();
  return servedSchemas(readdirSync(folder).flatMap((chart) => objectsIn(join(folder, chart, 'crds'))));
}

function objectsIn(folder: string): KubernetesObject[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')))
    .map((document) => (document.toJS() ?? {}) as KubernetesObject);
}
