import type { ProblemCode } from './problem-codes';

/** One mistake in the input: what was given, what is allowed, how to mend it. */
export interface Problem {
  /** Stable code, explained in `docs/errors.md`. */
  readonly code: ProblemCode;
  /** Where: a path into an environment's facts (`dev.nodes.max`) or into the construct tree (`dev-data/redis`). */
  readonly path: string;
  /** What is wrong, in one sentence that shows the value given. */
  readonly message: string;
  /** What would be accepted. */
  readonly allowed: string;
  /** What to change. */
  readonly fix: string;
  /**
   * A warning is printed and does not stop synthesis.
   *
   * @default - an error
   */
  readonly severity?: 'error' | 'warning';
}

/** Prints a problem on one line, the code first so that it can be searched for. */
export function formatProblem({ code, path, message, allowed, fix }: Problem): string {
  return `${code} [${path}] ${message}. Allowed: ${allowed}. Fix: ${fix}.`;
}

/** Thrown once with everything that was found; printed without a stack trace, since it is the user's input. */
export class ModelError extends Error {
  override readonly name = 'ModelError';

  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
  }
}

/** Collects problems so that a user sees all of them in one run. */
export class Problems {
  private readonly found: Problem[] = [];

  get all(): readonly Problem[] {
    return this.found;
  }

  get errors(): readonly Problem[] {
    return this.found.filter((problem) => problem.severity !== 'warning');
  }

  get warnings(): readonly Problem[] {
    return this.found.filter((problem) => problem.severity === 'warning');
  }

  /** Adds problems; one that is known already is not told twice. */
  add(...problems: readonly Problem[]): void {
    for (const problem of problems) {
      if (!this.found.some((known) => formatProblem(known) === formatProblem(problem))) this.found.push(problem);
    }
  }

  /** @throws ModelError with every error found so far; warnings do not count. */
  throwIfAny(): void {
    if (this.errors.length > 0) throw new ModelError(this.errors);
  }
}

/** The value as a reader would write it in a source file; long values are cut. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
