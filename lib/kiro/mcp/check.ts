import { askServer, NoAnswer } from './ask-server';
import { known } from './detect';
import { type Finding, settingFindings, toolFindings } from './findings';
import { installedProgram, withStandIns } from './offline-start';
import { type PackageSpec, packageOf } from './package-spec';
import { type ListedTool, type Recording, readRecordings, recordedList, recordingsVariable } from './recorded-tools';
import { endingServers } from './server-process';
import { environmentsIn, isShared, markOf, parseSettings, type ServerSettings, type Settings } from './settings-file';
import { readSettings } from './use';
import { expanded, variablesIn } from './variables';

/** What is checked, and how. */
export interface CheckOptions {
  /** Folder of the project. */
  readonly root: string;
  /**
   * Environment whose servers are checked, whether they are on or off.
   *
   * @default - every server that is on
   */
  readonly environment?: string;
  /**
   * Starts only what lies in `node_modules` at its pinned version, with stand-ins for addresses and tokens, and holds
   * the others against recorded lists. For CI.
   *
   * @default false
   */
  readonly offline?: boolean;
  /**
   * Folder of recorded lists.
   *
   * @default - what `GROUNDPLAN_MCP` names
   */
  readonly recordings?: string;
  /**
   * Milliseconds that one server may take.
   *
   * @default - the time-out in the settings, else a minute
   */
  readonly limit?: number;
  /**
   * Servers that are started at the same time.
   *
   * @default 2
   */
  readonly concurrent?: number;
}

/** What was found about one server. */
export interface ServerCheck {
  /** Its name in the settings. */
  readonly name: string;
  /** `*` for a server that all environments share; undefined for a user's own. */
  readonly environment: string | undefined;
  /** Package with its version; undefined for a server that no launcher starts. */
  readonly package: string | undefined;
  /** `recorded`: it was not started, and its recorded list was used. `skipped`: there is none either. */
  readonly result: 'started' | 'recorded' | 'skipped' | 'failed';
  /** From start to the list of tools; undefined where it was not started. */
  readonly milliseconds: number | undefined;
  /** Names of its tools, sorted. */
  readonly tools: readonly string[];
  /** How many of them are called without asking. */
  readonly approved: number;
  /** How many of them the model is not shown. */
  readonly hidden: number;
  /** Why it was not started, or why it failed; empty otherwise. */
  readonly message: string;
  readonly findings: readonly Finding[];
}

export interface CheckReport {
  readonly servers: readonly ServerCheck[];
  /** False where a server failed or a finding is an error. */
  readonly ok: boolean;
}

interface Entry {
  readonly name: string;
  readonly server: ServerSettings;
}

type Outcome = Pick<ServerCheck, 'result' | 'message'> & {
  readonly tools: readonly ListedTool[];
  readonly exact: boolean;
  readonly milliseconds?: number;
  readonly findings?: readonly Finding[];
};

/**
 * Starts servers of the settings, asks each for its tools, and holds names and approvals against the answer. Every
 * process that is started is ended.
 *
 * @throws ModelError for settings that cannot be read, an environment that does not exist, or a missing client library
 */
export async function checkServers(options: CheckOptions): Promise<CheckReport> {
  const settings = parseSettings(readSettings(options.root));
  const entries = selected(settings, options.environment);
  const recordings = readRecordings(options.recordings ?? process.env[recordingsVariable]);
  const { concurrent = 2 } = options;
  const servers = await endingServers(() =>
    pooled(entries, concurrent, (entry) => checkServer(entry, options, recordings)),
  );
  const wrong = servers.filter(
    ({ result, findings }) => result === 'failed' || findings.some(({ severity }) => severity === 'error'),
  );
  return { servers, ok: wrong.length === 0 };
}

function selected(settings: Settings, environment: string | undefined): Entry[] {
  if (environment !== undefined) known(environmentsIn(settings), environment);
  return Object.entries(settings.mcpServers)
    .map(([name, server]) => ({ name, server }))
    .filter(({ server }) => {
      const mark = markOf(server);
      const on = server.disabled !== true;
      return environment === undefined || mark === undefined || isShared(server) ? on : mark === environment;
    });
}

async function checkServer(
  entry: Entry,
  options: CheckOptions,
  recordings: readonly Recording[],
): Promise<ServerCheck> {
  const { name, server } = entry;
  const spec = packageOf(server);
  const outcome = await outcomeOf(entry, spec, options, recordings);
  const { result, message, tools, exact, milliseconds, findings = [] } = outcome;
  const names = tools.map((tool) => tool.name);
  const count = (list: readonly string[] = []) => list.filter((tool) => names.includes(tool)).length;
  const isListed = result === 'started' || result === 'recorded';
  return {
    name,
    environment: markOf(server),
    package: spec && (spec.version === undefined ? spec.name : `${spec.name} ${spec.version}`),
    result,
    milliseconds,
    tools: names,
    approved: count(server.autoApprove),
    hidden: count(server.disabledTools),
    message,
    findings: [
      ...settingFindings(server),
      ...findings,
      ...(isListed ? toolFindings({ name, server, tools, exact }) : []),
    ],
  };
}

function outcomeOf(
  entry: Entry,
  spec: PackageSpec | undefined,
  options: CheckOptions,
  recordings: readonly Recording[],
): Promise<Outcome> | Outcome {
  if (entry.server.command === undefined) return notStarted('skipped', 'it is remote, so there is nothing to start');
  return options.offline ? offlineOutcome(entry, spec, options, recordings) : startedOutcome(entry, options);
}

async function startedOutcome({ server }: Entry, { root, limit }: CheckOptions): Promise<Outcome> {
  const { command = '', args = [], env = {} } = server;
  const own = Object.entries(env).map(([name, value]) => [name, expanded(value, process.env)] as const);
  const start = { command, args, env: { ...process.env, ...Object.fromEntries(own) }, cwd: root };
  const outcome = await answered(() => askServer(start, limit ?? server.timeout ?? 60_000));
  return { ...outcome, findings: unsetVariables(env) };
}

async function offlineOutcome(
  { server }: Entry,
  spec: PackageSpec | undefined,
  { root, limit = 60_000 }: CheckOptions,
  recordings: readonly Recording[],
): Promise<Outcome> {
  const program = installedProgram(root, spec);
  if (program && spec) {
    return answered(() => withStandIns(root, program, server, spec, (start) => askServer(start, limit)));
  }
  const recorded = spec && recordedList(recordings, spec);
  if (!recorded) {
    return notStarted('skipped', `not in node_modules, and ${recordingsVariable} names no folder that holds its list`);
  }
  const message = recorded.exact ? '' : 'recorded with other arguments: all tools of this version';
  return { ...notStarted('recorded', message), tools: recorded.tools, exact: recorded.exact };
}

async function answered(ask: () => ReturnType<typeof askServer>): Promise<Outcome> {
  try {
    return { result: 'started', message: '', exact: true, ...(await ask()) };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return notStarted('failed', error.message);
  }
}

function notStarted(result: ServerCheck['result'], message: string): Outcome {
  return { result, message, tools: [], exact: false };
}

function unsetVariables(env: Readonly<Record<string, string>>): Finding[] {
  return Object.values(env)
    .flatMap(variablesIn)
    .filter((name) => !process.env[name])
    .map((name) => ({
      severity: 'error',
      kind: 'unset variable',
      message: `${name} is not set, so the server gets the text \${${name}}`,
    }));
}

/** Maps items in their order, a few at a time. */
async function pooled<T, R>(items: readonly T[], size: number, map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await map(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, size) }, worker));
  return results;
}
