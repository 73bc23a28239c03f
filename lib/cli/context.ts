import type { PlatformApp } from '../core/platform-app';
import type { KiroWorkspace } from '../kiro/workspace';

/** What the program was asked for cannot be done as it was asked. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** How a command ended. */
export const exitCodes = {
  ok: 0,
  /** Something was found: drift, a budget that is exceeded, a platform that does not fit, a problem of the model. */
  finding: 1,
  /** The command line cannot be understood. */
  usage: 2,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A workspace with the folder that the main program would have written it to. */
export interface PlacedWorkspace {
  readonly workspace: KiroWorkspace;
  readonly root: string;
}

/** What commands work with. */
export interface Context {
  /** Folder that the program runs in. */
  readonly folder: string;
  /** Prints to standard output. */
  print(text: string | Uint8Array): void;
  /** Prints a remark to standard error. */
  remark(text: string): void;
  /** Tells that something was found; the program goes on and ends with the code for it. */
  found(): void;
  /** The platform of the main program, without anything written. */
  platform(): Promise<PlatformApp>;
  /** The workspace that the main program writes. */
  workspace(): Promise<PlacedWorkspace>;
}
