import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PackageSpec } from './package-spec';
import type { Start } from './server-process';
import type { ServerSettings } from './settings-file';
import { variablesIn } from './variables';

/** Where nothing listens. */
const nowhere = 'http://127.0.0.1:9';

/** Enough for a server to start; no request gets anywhere. */
const kubeconfig = `apiVersion: v1
kind: Config
current-context: nowhere
clusters: [{ name: nowhere, cluster: { server: '${nowhere}' } }]
contexts: [{ name: nowhere, context: { cluster: nowhere, user: nobody } }]
users: [{ name: nobody, user: {} }]
`;

/** Variables of this process that a program needs to run at all. */
const needed = ['PATH', 'HOME', 'USERPROFILE', 'SYSTEMROOT', 'TEMP', 'TMP', 'TMPDIR'];

/**
 * What starts the package that lies in `node_modules` at its pinned version, without launcher; undefined where it does
 * not. Only packages from npm can.
 */
export function installedProgram(root: string, spec: PackageSpec | undefined): string | undefined {
  if (spec?.launcher !== 'npx') return undefined;
  const file = join(root, 'node_modules', spec.name, 'package.json');
  if (!existsSync(file)) return undefined;
  const { version, bin } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const program =
    typeof bin === 'string' ? bin : (bin?.[spec.name.replace(/^@[^/]*\//, '')] ?? Object.values(bin ?? {})[0]);
  return version === spec.version && program ? join(dirname(file), program) : undefined;
}

interface Manifest {
  readonly version: string;
  readonly bin?: string | Readonly<Record<string, string>>;
}

/**
 * Runs an action with a server's start in which every variable of a person is replaced by a stand-in, so that neither a
 * cluster nor an account is reached, whatever the environment of this process holds.
 */
export async function withStandIns<T>(
  root: string,
  program: string,
  { env = {} }: ServerSettings,
  { args }: PackageSpec,
  action: (start: Start) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'groundplan-mcp-'));
  try {
    const file = join(folder, 'kubeconfig');
    writeFileSync(file, kubeconfig);
    const own = Object.entries(env).map(([name, value]) => {
      const standIn = name === 'KUBECONFIG' ? file : nowhere;
      return [name, variablesIn(value).length > 0 || /^https?:/.test(value) ? standIn : value] as const;
    });
    const inherited = needed.map((name) => [name, process.env[name]] as const);
    const all = { ...Object.fromEntries(inherited), ...Object.fromEntries(own), AWS_EC2_METADATA_DISABLED: 'true' };
    return await action({ command: process.execPath, args: [program, ...args], env: all, cwd: root });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
