import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PackageSpec, packageOf } from './package-spec';

/** A tool as its server lists it. */
export interface ListedTool {
  readonly name: string;
  /**
   * What the server says of itself.
   *
   * @default - it says nothing, as most do
   */
  readonly readOnlyHint?: boolean | null;
  /**
   * What the server says of itself.
   *
   * @default - it says nothing, as most do
   */
  readonly destructiveHint?: boolean | null;
}

/** What a server answered when it was started and asked. */
export interface Recording {
  readonly package: string;
  readonly version: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly tools: readonly ListedTool[];
}

/** The recorded list of one server. */
export interface RecordedList {
  readonly tools: readonly ListedTool[];
  /** False where the server was recorded with other arguments: the list is then what this version can have at all. */
  readonly exact: boolean;
}

/** Variable that names a folder of recordings, one JSON file per server and set of arguments. */
export const recordingsVariable = 'GROUNDPLAN_MCP';

/** Recordings in a folder; empty where there is none. */
export function readRecordings(folder: string | undefined): readonly Recording[] {
  if (!folder || !existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recording)
    .filter(({ package: name, tools }) => typeof name === 'string' && Array.isArray(tools));
}

/** What was recorded of a package at its version. */
export function recordedList(recordings: readonly Recording[], spec: PackageSpec): RecordedList | undefined {
  const sameVersion = recordings.filter(({ package: name, version }) => name === spec.name && version === spec.version);
  const exact = sameVersion.find((recording) => packageOf(recording)?.args.join('\n') === spec.args.join('\n'));
  if (exact) return { tools: exact.tools, exact: true };
  const all = new Map(sameVersion.flatMap(({ tools }) => tools).map((tool) => [tool.name, tool] as const));
  return sameVersion.length === 0 ? undefined : { tools: [...all.values()], exact: false };
}
