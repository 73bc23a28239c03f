import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ModelError } from './problem';

/** The file that tells the cdktf CLI which stacks there are. */
interface ManifestFile {
  readonly version: string;
  readonly stacks: Readonly<Record<string, unknown>>;
}

/**
 * Makes sure that the output can be written before work starts.
 *
 * @throws ModelError when the folder, or the one to make it in, is not writable
 */
export function checkWritable(outdir: string): void {
  const folder = existsSync(outdir) ? outdir : dirname(resolve(outdir));
  try {
    if (!statSync(folder).isDirectory()) throw new Error(`${folder} is not a folder`);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw unwritable(outdir, error);
  }
}

/**
 * Writes stacks and manifest, and removes stacks that an earlier run wrote and the model no longer has. Files of
 * Terraform beside the configuration (`.terraform`, the lock file, plans) stay.
 *
 * @param keep true for a stack of an environment that this run leaves alone
 * @throws ModelError when the folder cannot be written
 */
export function publish(
  outdir: string,
  current: ManifestFile,
  keep: (stack: string) => boolean,
  write: () => void,
): void {
  try {
    const before = readManifest(outdir).stacks;
    const left = Object.entries(before).filter(([id]) => !(id in current.stacks));
    mkdirSync(join(outdir, 'stacks'), { recursive: true });
    write();
    for (const [id] of left.filter(([id]) => !keep(id)))
      rmSync(join(outdir, 'stacks', id), { recursive: true, force: true });
    const stacks = { ...Object.fromEntries(left.filter(([id]) => keep(id))), ...current.stacks };
    writeFileSync(join(outdir, 'manifest.json'), JSON.stringify({ stacks, version: current.version }, null, 2));
  } catch (error) {
    throw unwritable(outdir, error);
  }
}

function readManifest(folder: string): ManifestFile {
  const file = join(folder, 'manifest.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ManifestFile) : { version: '', stacks: {} };
}

function unwritable(outdir: string, error: unknown): ModelError {
  const message = error instanceof Error ? error.message : String(error);
  return new ModelError([
    {
      code: 'GP401',
      path: outdir,
      message,
      allowed: 'a folder that you may write',
      fix: 'move what is in the way, or check the permissions',
    },
  ]);
}
