import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync, readSync, statSync } from 'node:fs';
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
    const { child, output } = this.spawn(command);
    const lines: string[] = [];
    const read = () => {
      for (const line of output.lines()) {
        lines.push(line);
        command.onLine?.(line);
      }
    };
    const timer = setInterval(read, 200);
    const code = await ended(child).finally(() => clearInterval(timer));
    read();
    this.throwIfInterrupted();
    return { code, output: lines.join('\n') };
  }

  /** A process that runs until it is stopped. */
  start(command: Command): ChildProcess {
    return this.spawn(command).child;
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

  /** Output goes to a file and not through us, so that Terraform can finish its work when we are killed. */
  private spawn({ program, args, env, log, words }: Command): { child: ChildProcess; output: GrowingFile } {
    appendFileSync(log, `$ ${program} ${args.join(' ')}\n`);
    const output = new GrowingFile(log);
    const file = openSync(log, 'a');
    const child = spawn(program, args, { env, detached: true, stdio: ['ignore', file, file] });
    closeSync(file);
    this.running.add(child);
    const { pid } = child;
    if (pid) this.session.started({ pid, words });
    child.once('error', () => this.running.delete(child));
    child.once('exit', () => {
      this.running.delete(child);
      if (pid) this.session.ended(pid);
    });
    return { child, output };
  }
}

/** A file that somebody else writes to, read line by line from where it ended at first. */
class GrowingFile {
  private position: number;
  private rest = '';

  constructor(private readonly path: string) {
    this.position = statSync(path).size;
  }

  /** Whole lines since the last call. */
  lines(): string[] {
    const added = Buffer.alloc(statSync(this.path).size - this.position);
    const file = openSync(this.path, 'r');
    this.position += readSync(file, added, 0, added.length, this.position);
    closeSync(file);
    const lines = (this.rest + added.toString('utf8')).split('\n');
    this.rest = lines.pop() ?? '';
    return lines;
  }
}

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
