import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suggestion } from '../../lib/core/suggestion';
import type { TerraformDocument } from '../../lib/core/terraform-check';
import { Failure } from './failure';

/** The stacks of one environment in the order in which they are deployed. */
export interface Synthesized {
  /** Folder with one folder per stack, where Terraform runs. */
  readonly folder: string;
  readonly stacks: ReadonlyMap<string, TerraformDocument>;
}

interface Manifest {
  readonly stacks: Readonly<Record<string, { readonly dependencies?: readonly string[] }>>;
}

/**
 * Synthesizes into a folder of its own; `cdktf.out` stays as it is.
 *
 * @param app the command that writes the stacks, as in `cdktf.json`
 * @throws Failure with what the app says
 */
export function synthesize(environment: string, outdir: string, app = appOf()): Synthesized {
  const { status, stderr } = spawnSync(`${app} ${environment}`, {
    shell: true,
    encoding: 'utf8',
    env: { ...process.env, CDKTF_OUTDIR: outdir },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Failure(stderr.trim() || `'${app} ${environment}' failed without a message`);
  const order = stacksIn(outdir, environment);
  if (order.length === 0) throw unknown(environment, Object.keys(manifestIn(outdir).stacks));
  const folder = join(outdir, 'stacks');
  return { folder, stacks: new Map(order.map((id) => [id, readDocument(folder, id)])) };
}

/** Ids of the stacks of an environment in the order in which they are deployed; none where nothing was written. */
export function stacksIn(outdir: string, environment: string): string[] {
  const { stacks } = manifestIn(outdir);
  const own = Object.keys(stacks).filter((id) => id.startsWith(`${environment}-`));
  return inOrder(own, (id) => stacks[id]?.dependencies ?? []);
}

function manifestIn(outdir: string): Manifest {
  const file = join(outdir, 'manifest.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : { stacks: {} };
}

export function writeDocument(folder: string, id: string, document: TerraformDocument): void {
  writeFileSync(join(folder, id, 'cdk.tf.json'), JSON.stringify(document, null, 2));
}

export function readDocument(folder: string, id: string): TerraformDocument {
  return JSON.parse(readFileSync(join(folder, id, 'cdk.tf.json'), 'utf8')) as TerraformDocument;
}

/** Each after those it depends on. */
export function inOrder(ids: readonly string[], before: (id: string) => readonly string[]): string[] {
  const placed = new Set<string>();
  const place = (id: string): void => {
    if (placed.has(id)) return;
    for (const other of before(id).toSorted()) if (ids.includes(other)) place(other);
    placed.add(id);
  };
  for (const id of ids.toSorted()) place(id);
  return [...placed];
}

function appOf(): string {
  if (!existsSync('cdktf.json'))
    throw new Failure('there is no cdktf.json here: run this in the folder of the project');
  const { app } = JSON.parse(readFileSync('cdktf.json', 'utf8')) as { app?: string };
  if (!app) throw new Failure("cdktf.json has no 'app': name the command that writes the stacks by --app");
  return app;
}

function unknown(environment: string, stacks: readonly string[]): Failure {
  const names = [...new Set(stacks.map((id) => id.split('-')[0] ?? id))];
  const near = suggestion(environment, names);
  const hint = near ? `did you mean '${near}'?` : `there are: ${names.join(', ')}`;
  return new Failure(`there is no environment '${environment}': ${hint}`);
}
