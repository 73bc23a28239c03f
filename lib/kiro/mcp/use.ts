import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Choice, choose, circumstances, type Detect } from './detect';
import {
  environmentsIn,
  isShared,
  markOf,
  parseSettings,
  printSettings,
  type Settings,
  settingsPath,
  unreadable,
} from './settings-file';
import { enable } from './switch';

/** What `useEnvironment` did. */
export interface Use extends Choice {
  /** Servers of that environment, which are on now. */
  readonly enabled: readonly string[];
  /** Servers of other environments, which are off now. */
  readonly disabled: readonly string[];
  /** Servers that all environments share, and a user's own: as they were. */
  readonly untouched: readonly string[];
  /** False where that environment was on already. */
  readonly changed: boolean;
}

/**
 * Switches the servers of one environment on in the settings of a project, and those of all others off. The file is
 * replaced at once, so Kiro, which reads it on every change, never sees half of it.
 *
 * @param root folder of the project
 * @param name of the environment; without it the circumstances tell, and where they do not, it is the strictest
 * @throws ModelError for a name that does not exist and for settings that cannot be read
 */
export function useEnvironment(root: string, name?: string, detect: Detect = circumstances): Use {
  const file = join(root, settingsPath);
  const text = readSettings(root);
  const before = parseSettings(text);
  const environments = environmentsIn(before);
  if (environments.length === 0) throw unreadable('it holds no server of an environment', 'run `npm run synth`');
  const choice = choose(environments, name, detect);
  const after = enable(before, choice.environment);
  const changed = JSON.stringify(before) !== JSON.stringify(after);
  if (changed) replace(file, printSettings(after));
  return { ...choice, ...sorted(after, choice.environment), changed };
}

/** @throws ModelError where there are none */
export function readSettings(root: string): string {
  try {
    return readFileSync(join(root, settingsPath), 'utf8');
  } catch {
    throw unreadable('there is no such file', 'run `npm run synth`');
  }
}

function sorted({ mcpServers }: Settings, environment: string): Pick<Use, 'enabled' | 'disabled' | 'untouched'> {
  const marked = Object.entries(mcpServers).map(([name, server]) => ({ name, server, mark: markOf(server) }));
  const switched = marked.filter(({ server, mark }) => mark !== undefined && !isShared(server));
  const names = (entries: readonly { readonly name: string }[]) => entries.map(({ name }) => name);
  return {
    enabled: names(switched.filter(({ mark }) => mark === environment)),
    disabled: names(switched.filter(({ mark }) => mark !== environment)),
    untouched: names(marked.filter((entry) => !switched.includes(entry))),
  };
}

/** Writes beside the file and renames, which a file system does at once. */
function replace(file: string, text: string): void {
  const next = `${file}.${process.pid}.new`;
  mkdirSync(dirname(file), { recursive: true });
  try {
    writeFileSync(next, text);
    renameSync(next, file);
  } finally {
    rmSync(next, { force: true });
  }
}
