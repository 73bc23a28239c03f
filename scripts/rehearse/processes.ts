import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Interrupted } from './failure';
import { killGroup, type Session } from './session';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** File that receives all output. */
  readonly log: string;
  /** Words of the command line by which it is recognized later. */
  readonly words: string;
  /** Called with every line of output. */
  readonly onLine?: (line: string) => void;
}

export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** Everything that a rehearsal starts, each in a process group of its own, so that all of it can be stopped. */
export class Processes {
  private readonly running = new Set<ChildProcess>();
  private interrupted?: NodeJS.Signals;

  constructor(private readonly session: Session) {}

  /** @throws Interrupted when the rehearsal was told to stop */
  async run(command: Command): Promise<Outcome> {
    this.throwIfInterrupted();
    const lines: string[] = [];
    const child = this.spawn(command, (line) => {
      lines.push(line);
      command.onLine?.(line);
    });
    const code = await ended(child);
    this.throwIfInterrupted();
    return { code, output: lines.join('\n') };
  }

  /** A process that runs until it is stopped. */
  start(command: Command): ChildProcess {
    return this.spawn(command, command.onLine);
  }

  /** Asks what is running to finish, as Ctrl-C would; nothing new is started. */
  interrupt(signal: NodeJS.Signals, spare?: ChildProcess): void {
    this.interrupted = signal;
    for (const { pid } of [...this.running].filter((child) => child !== spare)) if (pid) killGroup(pid, 'SIGINT');
  }

  /** @throws Interrupted when the rehearsal was told to stop */
  throwIfInterrupted(): void {
    if (this.interrupted) throw new Interrupted(this.interrupted);
  }

  /** Lets further commands run after an interruption: those that clean up. */
  resume(): void {
    this.interrupted = undefined;
  }

  /** Ends everything, by force where asking does not help. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.running].map((child) => stop(child)));
  }

  private spawn({ program, args, env, log, words }: Command, onLine?: (line: string) => void): ChildProcess {
    appendFileSync(log, `$ ${program} ${args.join(' ')}\n`);
    const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.running.add(child);
    const { pid } = child;
    if (pid) this.session.started({ pid, words });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        appendFileSync(log, `${line}\n`);
        onLine?.(line);
      });
    }
    child.once('error', () => this.running.delete(child));
    child.once('exit', () => {
      this.running.delete(child);
      if (pid) this.session.ended(pid);
    });
    return child;
  }
}

/** The exit code, once all output has been read. */
function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (!pid || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  killGroup(pid, 'SIGTERM');
  const timer = setTimeout(() => killGroup(pid, 'SIGKILL'), 5_000);
  await gone;
  clearTimeout(timer);
}
