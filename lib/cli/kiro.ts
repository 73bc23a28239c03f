import { resolve } from 'node:path';
import { Command } from 'commander';
import { createTwoFilesPatch } from 'diff';
import type { FileDifference } from '../kiro/owned-files';
import type { Context, PlacedWorkspace } from './context';

const meanings: Readonly<Record<FileDifference['kind'], string>> = {
  missing: 'is not there',
  changed: 'differs from the model',
  stale: 'is no part of the model any more',
  edited: 'was changed by hand',
};

const asTheModelSays = 'Everything is as the model says.\n';

const done: Readonly<Record<FileDifference['kind'], string>> = {
  missing: 'wrote',
  changed: 'rewrote',
  stale: 'removed',
  edited: 'overwrote',
};

/** `groundplan kiro`: writes the workspace, or tells how it differs from the model. */
export function kiroCommand(context: Context): Command {
  return new Command('kiro')
    .summary('write the Kiro workspace, or compare it with the model')
    .description(
      'Writes .kiro and the guides from the model. A file that was changed by hand is named and left as it is. With --check nothing is written: every difference is shown, and the command ends with 1 where there is one.',
    )
    .option('--check', 'compare only')
    .option('--force', 'overwrite files that were changed by hand')
    .action(async ({ check = false, force = false }: { check?: boolean; force?: boolean }) => {
      const placed = await context.workspace();
      const root = resolve(context.folder, placed.root);
      if (check) return compare(context, { ...placed, root });
      const changes = placed.workspace.write(root, { force });
      for (const { path, kind } of changes) context.print(`${done[kind]} ${path}\n`);
      if (changes.length === 0) context.print(asTheModelSays);
    });
}

function compare(context: Context, { workspace, root }: PlacedWorkspace): void {
  const differences = workspace.differences(root);
  if (differences.length === 0) context.print(asTheModelSays);
  for (const { path, kind } of differences) {
    context.print(`${path} ${meanings[kind]}\n`);
    if (kind === 'changed' || kind === 'edited') context.print(`${patch(path, workspace.texts(root, path))}\n`);
  }
  if (differences.length === 0) return;
  context.remark(`${differences.length} of ${workspace.files.length} files differ. To write them: npx groundplan kiro`);
  context.found();
}

/** What `git diff` would show if the model were committed over the file. */
function patch(path: string, { onDisk, generated }: { readonly onDisk: string; readonly generated: string }): string {
  const text = createTwoFilesPatch(path, path, onDisk, generated, 'on disk', 'from the model', { context: 2 });
  return text.replace(/^Index: .*\n=+\n/, '').trimEnd();
}
