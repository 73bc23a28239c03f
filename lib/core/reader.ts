/** What a tool does with the things that a main program would otherwise write. */
export interface Reader {
  /** Called in place of writing the Terraform, with the platform. */
  synthesized(app: unknown): void;
  /** Called in place of writing a workspace, with the workspace and the folder it is for. */
  written(workspace: unknown, root: string): void;
}

/** Shared by all copies of this module in one process, so that a main program with a copy of its own is noticed. */
const slot = Symbol.for('groundplan.reader');
const shared = globalThis as { [slot]?: Reader };

/** From now on a main program hands over what it would have written; `undefined` ends that. */
export function setReader(reader: Reader | undefined): void {
  shared[slot] = reader;
}

/** The tool that runs the main program; undefined where it runs on its own and writes. */
export function currentReader(): Reader | undefined {
  return shared[slot];
}
