import { type Reach, within } from './reach';
import type { VariableName } from './variables';

/** How much a tool may do without a person: what a trial of that version and a look at its arguments gave. */
export type Verdict = 'everywhere' | 'rehearsed' | 'open' | 'asked' | 'hidden' | 'changing' | 'refused';

/** Names of tools by verdict, spelled as the server lists them. */
export interface ToolVerdicts {
  /** Read names, states and figures: called without asking in every environment. */
  readonly everywhere: readonly string[];
  /**
   * Read whole definitions, or cost load or money: asked for where everything needs approval.
   *
   * @default - none
   */
  readonly rehearsed?: readonly string[];
  /**
   * Read logs and contents: called without asking in open environments only.
   *
   * @default - none
   */
  readonly open?: readonly string[];
  /**
   * Read, and may return secrets or take queries of any form: always asked for.
   *
   * @default - none
   */
  readonly asked?: readonly string[];
  /**
   * Read, and of no use here or with too much in the answer: never offered.
   *
   * @default - none
   */
  readonly hidden?: readonly string[];
  /**
   * Change something: asked for in open environments, not offered elsewhere.
   *
   * @default - none
   */
  readonly changing?: readonly string[];
  /**
   * Delete, run commands, or bundle reads and writes under one name: never offered.
   *
   * @default - none
   */
  readonly refused?: readonly string[];
}

/** Tools that a server lists together. */
export interface Toolset extends ToolVerdicts {
  /**
   * Strictest reach in which the server is started with them.
   *
   * @default - in every environment
   */
  readonly upTo?: Reach;
}

/** What the arguments and variables of a server are made from. */
export interface ServerContext {
  readonly reach: Reach;
  readonly region: string;
  readonly partition: string;
  /** Seconds that a request may take. */
  readonly timeout: number;
  /** Address of a component as browsers reach it. */
  readonly address: string;
  /** Text that Kiro replaces by an approved variable of this environment, such as `${KUBECONFIG_DEV}`. */
  readonly variable: (name: VariableName) => string;
}

/** A server that exists, at the version whose tools were looked at one by one. */
export interface ServerKind {
  /** First part of its name in the settings; at most nine characters, so that `<key>-<environment>` fits twenty. */
  readonly key: string;
  /** A verb first: `reads alarms and metrics`. */
  readonly purpose: string;
  /** Program that fetches and starts the package. */
  readonly launcher: 'npx' | 'uvx' | 'docker';
  readonly package: string;
  readonly version: string;
  /** Shared servers know no environment and are always on; of the others those of one environment are. */
  readonly scope: 'shared' | 'environment';
  /**
   * Strictest reach in which it is offered.
   *
   * @default - in every environment
   */
  readonly upTo?: Reach;
  /**
   * Id of the component that it talks to; without the component there is no server.
   *
   * @default - none
   */
  readonly component?: string;
  /** `flag`: started so, it does not list what changes something. `none`: rights behind it are the only limit. */
  readonly readOnly: 'flag' | 'none';
  /** Seconds from an empty cache to the first answer, download included; Kiro must not give up before. */
  readonly firstStart: number;
  /**
   * Variables that docker hands to the server in the container.
   *
   * @default - none
   */
  readonly secrets?: readonly string[];
  readonly args: (context: ServerContext) => readonly string[];
  readonly env: (context: ServerContext) => Readonly<Record<string, string>>;
  readonly toolsets: readonly Toolset[];
}

/** All verdicts, the freest first. */
const verdicts: readonly Verdict[] = ['everywhere', 'rehearsed', 'open', 'asked', 'hidden', 'changing', 'refused'];

/** Verdicts under which a tool is called without asking. */
export const approvedIn: Readonly<Record<Reach, readonly Verdict[]>> = {
  open: ['everywhere', 'rehearsed', 'open'],
  rehearsed: ['everywhere', 'rehearsed'],
  guarded: ['everywhere'],
};

/** The verdict of every tool that a server has at that version. */
export function verdictsOf({ toolsets }: ServerKind): ReadonlyMap<string, Verdict> {
  return new Map(toolsets.flatMap(verdictsIn));
}

/** Tools that a server lists when it is started for a reach, sorted by name. */
export function listed({ readOnly, toolsets }: ServerKind, reach: Reach): readonly (readonly [string, Verdict])[] {
  const writes = readOnly === 'none' || reach === 'open';
  return toolsets
    .filter(({ upTo }) => within(reach, upTo))
    .flatMap(verdictsIn)
    .filter(([, verdict]) => writes || (verdict !== 'changing' && verdict !== 'refused'))
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function verdictsIn(toolset: Toolset): (readonly [string, Verdict])[] {
  return verdicts.flatMap((verdict) => (toolset[verdict] ?? []).map((tool) => [tool, verdict] as const));
}
