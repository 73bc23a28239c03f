/** Something a user can mend; printed as it is, without a stack trace. */
export class Failure extends Error {
  override readonly name: string = 'Failure';
}

/** This machine lacks something that a rehearsal needs; `--if-possible` turns it into a success that says so. */
export class CannotRun extends Failure {
  override readonly name = 'CannotRun';
}

/** The user pressed Ctrl-C, or the process was told to end. */
export class Interrupted extends Failure {
  override readonly name = 'Interrupted';

  constructor(readonly signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
