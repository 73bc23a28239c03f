import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotRun, Failure } from './failure';
import type { Processes } from './processes';
import type { Session } from './session';

/** The emulator at the version that rehearsals are known to pass with, and what it needs for asymmetric keys. */
const emulatorPackages = ['ministack==1.5.33', 'cryptography>=41'];
/** What it needs to run Kubernetes in Docker. */
const clusterPackages = ['docker==7.1.0'];

export interface EmulatorProps {
  /** @default - a free one */
  readonly port?: number;
  readonly region: string;
  /** Image of a k3s that stands for the cluster, which needs Docker. */
  readonly k3sImage?: string;
}

export interface Emulator {
  readonly endpoint: string;
  readonly process: ChildProcess;
}

/**
 * Installs the emulator into a temporary folder and starts it. The session knows both, so that they go with it.
 *
 * @throws CannotRun where Python or the package is missing, Failure where the port is taken
 */
export async function startEmulator(processes: Processes, session: Session, props: EmulatorProps): Promise<Emulator> {
  const port = props.port ?? (await freePort());
  if (!(await isFree(port))) {
    throw new Failure(
      `port ${port} is taken: stop what listens there, give another --port, or leave it out for a free one`,
    );
  }
  const { k3sImage } = props;
  const folder = mkdtempSync(join(tmpdir(), 'groundplan-rehearsal-'));
  session.usesFolder(folder);
  const log = join(session.logs, 'emulator.log');
  const python = await install(processes, folder, log, [...emulatorPackages, ...(k3sImage ? clusterPackages : [])]);
  const emulator = processes.start({
    program: python,
    args: ['-m', 'ministack'],
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      GATEWAY_PORT: String(port),
      // Containers reach it from outside; nobody else has to.
      BIND_HOST: k3sImage ? '0.0.0.0' : '127.0.0.1',
      MINISTACK_REGION: props.region,
      ...(k3sImage && { EKS_K3S_IMAGE: k3sImage, EKS_BASE_PORT: String(await freePort()) }),
      IOT_MTLS_ENABLED: '0',
      SFTP_ENABLED: '0',
      PERSIST_STATE: '0',
      TMPDIR: folder,
    },
    log,
    words: folder,
  });
  const endpoint = `http://localhost:${port}`;
  await ready(processes, emulator, endpoint, log);
  return { endpoint, process: emulator };
}

async function install(
  processes: Processes,
  folder: string,
  log: string,
  packages: readonly string[],
): Promise<string> {
  const environment = join(folder, 'venv');
  const run = (program: string, ...args: string[]) =>
    processes.run({ program, args, env: process.env, log, words: folder });
  const system = await systemPython(processes, log);
  const made = await run(system, '-m', 'venv', environment);
  if (made.code !== 0) {
    throw new CannotRun(
      `Python cannot make an environment of its own: install its venv module (python3-venv). Log: ${log}`,
    );
  }
  const python = join(environment, 'bin', 'python');
  const installed = await run(python, '-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...packages);
  if (installed.code !== 0) {
    const reason = installed.output.trim().split('\n').at(-1) ?? '';
    throw new CannotRun(
      `pip cannot install ${packages.join(' and ')} (${reason}): check the network, or run it elsewhere and name it by --endpoint`,
    );
  }
  return python;
}

async function systemPython(processes: Processes, log: string): Promise<string> {
  for (const program of ['python3', 'python']) {
    const code = 'import sys; sys.exit(sys.version_info < (3, 10))';
    const command = { program, args: ['-c', code], env: process.env, log, words: program };
    const isThere = await processes.run(command).then(
      (outcome) => outcome.code === 0,
      () => false,
    );
    if (isThere) return program;
  }
  throw new CannotRun(
    'the emulator needs Python 3.10 or newer: install it, or run the emulator elsewhere and name it by --endpoint',
  );
}

async function ready(processes: Processes, emulator: ChildProcess, endpoint: string, log: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    processes.throwIfInterrupted();
    if (emulator.exitCode !== null) break;
    if (await isHealthy(endpoint)) return;
    await sleep(200);
  }
  const reason = readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? '';
  throw new Failure(`the emulator does not start: ${reason}. Log: ${log}`);
}

export async function isHealthy(endpoint: string): Promise<boolean> {
  return fetch(`${endpoint}/_ministack/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '0.0.0.0', () => server.close(() => resolve(true)));
  });
}
