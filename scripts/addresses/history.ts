import { spawnSync } from 'node:child_process';

/** Something that the user can put right. */
export class HistoryError extends Error {}

function git(...args: readonly string[]): { readonly ok: boolean; readonly text: string } {
  const { error, status, stdout } = spawnSync('git', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (error) throw new HistoryError('git is needed to read what an earlier version had, and cannot be run.');
  return { ok: status === 0, text: stdout };
}

/** The last tag before what is checked out; undefined where there is none. */
export function lastTag(): string | undefined {
  if (!git('rev-parse', '--is-inside-work-tree').ok)
    throw new HistoryError('This is no git checkout, so there is no earlier version to compare with.');
  const { ok, text } = git('describe', '--tags', '--abbrev=0');
  return ok ? text.trim() : undefined;
}

/** A file as it was in a commit. */
export function fileAt(ref: string, path: string): string {
  if (!git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`).ok)
    throw new HistoryError(`'${ref}' is no commit, branch or tag of this checkout. Fetch it, or name another one.`);
  const { ok, text } = git('show', `${ref}:${path}`);
  if (!ok) throw new HistoryError(`'${ref}' has no ${path}, so its addresses are unknown. Name a later commit.`);
  return text;
}
