import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ModelError } from './problem';

interface ManifestFile {
  readonly version: string;
  readonly stacks: Record<string, { readonly workingDirectory: string }>;
}

/**
 * Moves finished stacks from a staging folder into the output folder.
 *
 * Files of Terraform beside the configuration (`.terraform`, the lock file, local plans) stay. A stack that an earlier
 * run wrote and this one did not is removed, unless `keep` says that it belongs to an environment left out of this run.
 *
 * @throws ModelError when the folder cannot be written
 */
export function publish(outdir: string, keep: (stack: string) => boolean): void {
  try {
    const staging = stagingOf(outdir);
    const before = readManifest(outdir);
    const now = readManifest(staging);
    const kept = Object.fromEntries(Object.entries(before.stacks).filter(([id]) => !(id in now.stacks) && keep(id)));
    for (const id of Object.keys(before.stacks)) {
      if (!(id in now.stacks) && !(id in kept)) rmSync(join(outdir, 'stacks', id), { recursive: true, force: true });
    }
    cpSync(join(staging, 'stacks'), join(outdir, 'stacks'), { recursive: true });
    const manifest = { stacks: { ...kept, ...now.stacks }, version: now.version };
    writeFileSync(join(outdir, 'manifest.json'), JSON.stringify(manifest, null, 2));
  } catch (error) {
    throw unwritable(outdir, error);
  }
}

/** The folder beside the output in which stacks are prepared. */
export function stagingOf(outdir: string): string {
  return join(dirname(outdir), `.${basename(outdir)}.staging`);
}

/**
 * Makes the staging folder; it replaces what an interrupted run left.
 *
 * @throws ModelError when the folder cannot be written
 */
export function makeStaging(outdir: string): void {
  try {
    rmSync(stagingOf(outdir), { recursive: true, force: true });
    mkdirSync(join(stagingOf(outdir), 'stacks'), { recursive: true });
  } catch (error) {
    throw unwritable(outdir, error);
  }
}

/** Removes the staging folder, if there is one. */
export function removeStaging(outdir: string): void {
  rmSync(stagingOf(outdir), { recursive: true, force: true });
}

function readManifest(folder: string): ManifestFile {
  const file = join(folder, 'manifest.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ManifestFile) : { version: '', stacks: {} };
}

function unwritable(outdir: string, error: unknown): ModelError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ModelError([
    {
      code: 'GP401',
      path: outdir,
      message: reason,
      allowed: 'a folder that you may write',
      fix: `check the permissions of ${dirname(outdir)}`,
    },
  ]);
}
