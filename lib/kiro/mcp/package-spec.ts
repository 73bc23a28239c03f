import { basename } from 'node:path';
import type { ServerSettings } from './settings-file';

/** A package as a launcher is told to start it. */
export interface PackageSpec {
  readonly launcher: 'npx' | 'uvx' | 'docker';
  readonly name: string;
  /** What stands behind the name; undefined where the newest is taken. */
  readonly version: string | undefined;
  /** True for one exact version. */
  readonly pinned: boolean;
  /** What the server itself gets. */
  readonly args: readonly string[];
}

/** Flags of the launchers that take the next word. */
const flagsWithValue: Readonly<Record<PackageSpec['launcher'], readonly string[]>> = {
  npx: ['-p', '--package', '-c', '--call', '-w', '--workspace', '--registry'],
  uvx: [
    '--from',
    '--with',
    '--python',
    '-p',
    '--exclude-newer',
    '--index',
    '--index-url',
    '--default-index',
    '--refresh-package',
  ],
  docker: [
    '-e',
    '--env',
    '--env-file',
    '-v',
    '--volume',
    '--mount',
    '--name',
    '--network',
    '-u',
    '--user',
    '-w',
    '--workdir',
    '-p',
    '--publish',
    '-m',
    '--memory',
    '--cpus',
    '--entrypoint',
    '--platform',
    '--pull',
    '-l',
    '--label',
    '--cap-drop',
    '--security-opt',
  ],
};

/** Reads what a launcher is told; undefined for a server that is started in another way. */
export function packageOf({ command = '', args = [] }: ServerSettings): PackageSpec | undefined {
  const launcher = basename(command).replace(/\.(cmd|exe)$/, '');
  if (launcher !== 'npx' && launcher !== 'uvx' && launcher !== 'docker') return undefined;
  const words = launcher === 'docker' ? args.slice(args.indexOf('run') + 1) : args;
  const position = firstWord(words, flagsWithValue[launcher]);
  const word = words[position];
  if (word === undefined) return undefined;
  const { name, version } = split(launcher, sourceOf(launcher, words.slice(0, position)) ?? word);
  return { launcher, name, version, pinned: isExact(launcher, version), args: words.slice(position + 1) };
}

function firstWord(words: readonly string[], withValue: readonly string[]): number {
  let index = 0;
  while (index < words.length && words[index]?.startsWith('-')) index += withValue.includes(words[index] ?? '') ? 2 : 1;
  return index;
}

/** `uvx --from package==1 command` and `npx -p package@1 command` name the package before the command. */
function sourceOf(launcher: PackageSpec['launcher'], flags: readonly string[]): string | undefined {
  const names = { npx: ['-p', '--package'], uvx: ['--from'], docker: [] }[launcher] as readonly string[];
  const long = flags.find((flag) => names.some((name) => flag.startsWith(`${name}=`)));
  const position = flags.findIndex((flag) => names.includes(flag));
  return long?.slice(long.indexOf('=') + 1) ?? (position < 0 ? undefined : flags[position + 1]);
}

function split(launcher: PackageSpec['launcher'], text: string): Pick<PackageSpec, 'name' | 'version'> {
  const separator = { npx: '@', uvx: /==|@/, docker: /@|:(?!.*\/)/ }[launcher];
  // A scope of npm starts with the separator.
  const offset = text.startsWith('@') ? 1 : 0;
  const rest = text.slice(offset);
  const found = typeof separator === 'string' ? rest.indexOf(separator) : rest.search(separator);
  if (found < 0) return { name: text, version: undefined };
  const version = rest.slice(found).replace(/^(==|@|:)/, '');
  return { name: text.slice(0, offset + found), version };
}

function isExact(launcher: PackageSpec['launcher'], version = ''): boolean {
  if (launcher === 'docker') return version.startsWith('sha256:') || /^v?\d+\.\d+\.\d+/.test(version);
  return /^\d+(\.\d+)+[\w.+-]*$/.test(version);
}
