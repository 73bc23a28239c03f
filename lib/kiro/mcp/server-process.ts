import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { ClientLibrary } from './client-library';

/** What is started. */
export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

const complaint = /error|exception|cannot|could not|failed|denied|refused|missing|required|not found|no such/i;
const windows = process.platform === 'win32';
const running = new Set<ServerProcess>();

/**
 * A server that speaks over its standard input and output. Launchers such as npx start the server as a child of a
 * child, so each gets a process group of its own, and the whole group is ended.
 */
export class ServerProcess implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  private child?: ChildProcess;
  private closing?: Promise<void>;
  private readonly said: string[] = [];

  constructor(
    private readonly what: Start,
    private readonly library: ClientLibrary,
  ) {}

  /** The line on standard error that says why it stopped: the last that sounds like it, else the last. */
  get lastWords(): string | undefined {
    const lines = this.said
      .join('')
      .split('\n')
      .map((line) => line.trim());
    const last = lines.filter((line) => line !== '').slice(-5);
    return last.findLast((line) => complaint.test(line)) ?? last.at(-1);
  }

  start(): Promise<void> {
    const { command, args, env, cwd } = this.what;
    // Windows knows no process groups, and its npx is a script.
    const child = spawn(command, args, { env, cwd, stdio: 'pipe', detached: !windows, shell: windows });
    this.child = child;
    running.add(this);
    const buffer = new this.library.ReadBuffer();
    child.stderr.on('data', (chunk: Buffer) => this.said.push(chunk.toString()));
    child.stdin.on('error', (error) => this.onerror?.(error));
    child.stdout.on('data', (chunk: Buffer) => {
      buffer.append(chunk);
      this.read(buffer);
    });
    child.once('close', () => this.onclose?.());
    return new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.child?.stdin;
    if (!stdin?.writable) throw new Error('the server has closed its input');
    stdin.write(this.library.serializeMessage(message));
  }

  /** Ends the server: closed input first, then a request, then force. Whoever calls it again waits for the same end. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  /** Ends it at once, for a process that is about to end itself. */
  kill(): void {
    if (this.child) this.signal(this.child, 'SIGKILL');
  }

  private async end(): Promise<void> {
    const { child } = this;
    if (!child) return;
    child.stdin?.end();
    await exited(child, 500);
    this.signal(child, 'SIGTERM');
    await exited(child, 1500);
    // Children that the launcher left behind are in its group.
    this.signal(child, 'SIGKILL');
    await exited(child, 1000);
    child.stdout?.destroy();
    child.stderr?.destroy();
    running.delete(this);
  }

  private read(buffer: InstanceType<ClientLibrary['ReadBuffer']>): void {
    for (;;) {
      try {
        const message = buffer.readMessage();
        if (message === null) return;
        this.onmessage?.(message);
      } catch (error) {
        // A line that is no message; the ones after it may be.
        this.onerror?.(error as Error);
      }
    }
  }

  private signal(child: ChildProcess, signal: NodeJS.Signals): void {
    if (child.pid === undefined) return;
    try {
      if (windows) child.kill(signal);
      else process.kill(-child.pid, signal);
    } catch {
      // It is gone already.
    }
  }
}

/** Runs an action; whatever ends this process meanwhile ends the servers too. */
export async function endingServers<T>(action: () => Promise<T>): Promise<T> {
  const killAll = () => {
    for (const server of running) server.kill();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const passOn = (signal: NodeJS.Signals) => {
    killAll();
    for (const name of signals) process.off(name, passOn);
    process.kill(process.pid, signal);
  };
  for (const name of signals) process.on(name, passOn);
  process.on('exit', killAll);
  try {
    return await action();
  } finally {
    for (const name of signals) process.off(name, passOn);
    process.off('exit', killAll);
  }
}

async function exited(child: ChildProcess, milliseconds: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const limit = AbortSignal.timeout(milliseconds);
  await once(child, 'exit', { signal: limit }).catch(() => undefined);
}
