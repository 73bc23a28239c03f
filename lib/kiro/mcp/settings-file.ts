import { ModelError, type Problem } from '../../core/problem';

/** Where Kiro looks for the servers of a workspace. */
export const settingsPath = '.kiro/settings/mcp.json';

/** A server as it stands in the settings; what a user wrote may hold more. */
export interface ServerSettings {
  /**
   * Program that is started.
   *
   * @default - the server is remote
   */
  readonly command?: string;
  /** @default - none */
  readonly args?: readonly string[];
  /** @default - none */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Address of a remote server.
   *
   * @default - the server is started here
   */
  readonly url?: string;
  /** @default false */
  readonly disabled?: boolean;
  /** @default - every call is asked for */
  readonly autoApprove?: readonly string[];
  /** @default - every tool is offered */
  readonly disabledTools?: readonly string[];
  /**
   * Milliseconds that a start may take.
   *
   * @default - what Kiro grants
   */
  readonly timeout?: number;
}

/** The whole file; Kiro reads nothing beside `mcpServers`. */
export interface Settings {
  readonly mcpServers: Readonly<Record<string, ServerSettings>>;
}

/**
 * Variable that names the environment a server belongs to. Kiro ignores keys that it does not know and drops them from
 * what it writes, so the mark is a variable, which every server may have.
 */
export const environmentMark = 'GROUNDPLAN_ENVIRONMENT';

/** Mark of a server that knows no environment. */
export const sharedMark = '*';

/** Environment that a generated server belongs to, `*` for a shared one; undefined for a user's own. */
export function markOf({ env }: ServerSettings): string | undefined {
  return env?.[environmentMark];
}

export function isShared(server: ServerSettings): boolean {
  return markOf(server) === sharedMark;
}

/** Names of the environments in the file, from the loosest to the strictest. */
export function environmentsIn({ mcpServers }: Settings): string[] {
  const marks = Object.values(mcpServers).map(markOf);
  return [...new Set(marks.filter((mark) => mark !== undefined && mark !== sharedMark))] as string[];
}

/** The environment whose servers are on; of several, which only an edit by hand makes, the strictest. */
export function chosenEnvironment(settings: Settings): string | undefined {
  return environmentsIn(settings).findLast((name) =>
    Object.values(settings.mcpServers).some((server) => markOf(server) === name && server.disabled !== true),
  );
}

/**
 * Reads settings.
 *
 * @throws ModelError for a text that Kiro would not read either
 */
export function parseSettings(text: string): Settings {
  const settings = parsed(text);
  if (!isRecord(settings)) throw unreadable('it holds no object');
  if (!isRecord(settings.mcpServers)) throw unreadable("it has no 'mcpServers', so Kiro starts nothing");
  const odd = Object.entries(settings.mcpServers).find(([, server]) => !isServer(server));
  if (odd) throw unreadable(`the server '${odd[0]}' is malformed`);
  return settings as unknown as Settings;
}

export function printSettings(settings: Settings): string {
  return `${JSON.stringify(settings, null, 2)}\n`;
}

export function unreadable(message: string, fix = 'mend the file, or remove it and run `npm run synth`'): ModelError {
  const problem: Problem = {
    code: 'GP403',
    path: settingsPath,
    message,
    allowed: 'JSON with one object of servers under mcpServers',
    fix,
  };
  return new ModelError([problem]);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(`it is not JSON: ${(error as Error).message}`);
  }
}

function isServer(server: unknown): boolean {
  if (!isRecord(server)) return false;
  const { command, args, env, autoApprove, disabledTools } = server;
  return (
    (command === undefined || typeof command === 'string') &&
    [args, autoApprove, disabledTools].every((list) => list === undefined || isTexts(list)) &&
    (env === undefined || (isRecord(env) && isTexts(Object.values(env))))
  );
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
