import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, messageOf } from './failure';

/** A process by its id and by words of its command line, since ids are given again to others. */
export interface Mark {
  readonly pid: number;
  readonly words: string;
}

/** What a run notes down, so that the next one can clean up after it if it is killed. */
interface Note {
  readonly owner: Mark;
  readonly processes: readonly Mark[];
  /** Temporary folders. */
  readonly folders: readonly string[];
  /** A running emulator that is not ours, in which something may be left. */
  readonly endpoint?: string;
}

/** Folder of one rehearsal: logs stay, the rest goes when it ends. */
export class Session {
  readonly folder: string;
  readonly logs: string;
  /** Stacks and their states; named so that no other process has it in its command line. */
  readonly work: string;
  private readonly file: string;
  private note: Note = { owner: { pid: process.pid, words: 'rehearse' }, processes: [], folders: [] };

  constructor(readonly environment: string) {
    this.folder = resolve('.build', 'rehearsal', environment);
    this.logs = join(this.folder, 'logs');
    this.work = join(this.folder, 'work');
    this.file = join(this.folder, 'session.json');
  }

  /** What a run that was killed has left; undefined where there was none. */
  stale(): Note | undefined {
    if (!existsSync(this.file)) return undefined;
    const note = readNote(this.file);
    if (note && note.owner.pid !== process.pid && isAlive(note.owner)) {
      throw new Failure(
        `a rehearsal of ${this.environment} is running (process ${note.owner.pid}): wait for it, or end it with 'kill ${note.owner.pid}'`,
      );
    }
    return note;
  }

  /**
   * Ends the processes and removes the folders of a run that was killed.
   *
   * @returns what was found, for the user to read
   */
  async cleanUp({ processes, folders, endpoint }: Note): Promise<string[]> {
    const alive = processes.filter(isAlive);
    // What runs against an emulator that stays has to write its state first.
    if (endpoint) await asked(alive);
    for (const { pid } of alive.filter(isAlive)) killGroup(pid, 'SIGKILL');
    const left = folders.filter((folder) => existsSync(folder));
    for (const folder of left) rmSync(folder, { recursive: true, force: true });
    return [...alive.map(({ pid }) => `process ${pid}`), ...left];
  }

  /** @throws Failure when the folder cannot be written */
  open(): void {
    try {
      rmSync(this.logs, { recursive: true, force: true });
      rmSync(this.work, { recursive: true, force: true });
      mkdirSync(this.logs, { recursive: true });
      mkdirSync(this.work, { recursive: true });
      this.save();
    } catch (error) {
      throw new Failure(
        `cannot write ${this.folder} (${messageOf(error)}): move what is in the way, or check the permissions`,
      );
    }
  }

  /**
   * Removes everything but the logs.
   *
   * @param keep what else stays: the configurations for whoever looks for a mistake, or all for the next run to clean up
   */
  close(keep: 'logs' | 'work' | 'all'): void {
    for (const folder of this.note.folders) rmSync(folder, { recursive: true, force: true });
    if (keep === 'all') return;
    rmSync(this.file, { force: true });
    if (keep === 'work') return;
    rmSync(this.work, { recursive: true, force: true });
    if (readdirSync(this.logs).length === 0) rmSync(this.folder, { recursive: true, force: true });
  }

  usesFolder(folder: string): void {
    this.update({ folders: [...this.note.folders, folder] });
  }

  usesEndpoint(endpoint: string): void {
    this.update({ endpoint });
  }

  started(mark: Mark): void {
    this.update({ processes: [...this.note.processes, mark] });
  }

  ended(pid: number): void {
    this.update({ processes: this.note.processes.filter((mark) => mark.pid !== pid) });
  }

  private update(change: Partial<Note>): void {
    this.note = { ...this.note, ...change };
    this.save();
  }

  private save(): void {
    writeFileSync(this.file, JSON.stringify(this.note, null, 2));
  }
}

/** Ends a process and its children; it is the head of a group of its own. */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

/** Asks processes to finish, and waits for a minute. */
async function asked(processes: readonly Mark[]): Promise<void> {
  for (const { pid } of processes) killGroup(pid, 'SIGINT');
  for (let second = 0; second < 60 && processes.some(isAlive); second += 1) await sleep(1_000);
}

function readNote(file: string): Note | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Note;
  } catch {
    // Killed in the middle of writing: nothing was started yet.
    return undefined;
  }
}

function isAlive({ pid, words }: Mark): boolean {
  return commandLine(pid).includes(words);
}

function commandLine(pid: number): string {
  try {
    const file = `/proc/${pid}/cmdline`;
    if (existsSync('/proc/self/cmdline'))
      return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\0', ' ') : '';
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
  } catch {
    return '';
  }
}
