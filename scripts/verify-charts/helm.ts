import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { UserError } from './user-error';

const run = promisify(execFile);

export interface Rendering {
  readonly chart: string;
  readonly name: string;
  readonly namespace: string;
  readonly kubeVersion: string;
  /** File of values. */
  readonly values: string;
  /** What the API server offers beyond Kubernetes itself, such as `monitoring.coreos.com/v1`. */
  readonly apiVersions: readonly string[];
  readonly skipCrds: boolean;
}

/** The real Helm. */
export class Helm {
  /**
   * Looks at `GROUNDPLAN_HELM`, the path, and what `npm run fetch:helm` brought.
   *
   * @returns undefined where there is none
   */
  static find(): Helm | undefined {
    const candidates = [process.env.GROUNDPLAN_HELM, 'helm', fetchedHelm].filter((path) => path !== undefined);
    const program = candidates.find((path) => spawnSync(path, ['version', '--short']).status === 0);
    return program === undefined ? undefined : new Helm(program);
  }

  static require(): Helm {
    const helm = Helm.find();
    if (helm) return helm;
    throw new UserError('There is no helm. Install Helm 3.14 or newer, or run: npm run fetch:helm');
  }

  private constructor(private readonly program: string) {}

  /** Downloads and unpacks a chart into a folder. */
  async pull(chart: { name: string; repository: string; version: string }, folder: string): Promise<void> {
    const source = chart.repository.startsWith('oci://')
      ? [`${chart.repository}/${chart.name}`]
      : [chart.name, '--repo', chart.repository];
    await this.run('pull', ...source, '--version', chart.version, '--untar', '--untardir', folder);
  }

  /** What the release would apply, hooks and the `crds/` folder included. */
  template({ chart, name, namespace, kubeVersion, values, apiVersions, skipCrds }: Rendering): Promise<string> {
    return this.run(
      ...['template', name, chart, '--namespace', namespace, '--values', values, '--kube-version', kubeVersion],
      ...['--skip-tests', skipCrds ? '--skip-crds' : '--include-crds'],
      ...apiVersions.flatMap((version) => ['--api-versions', version]),
    );
  }

  /** @throws UserError with what Helm says against the chart */
  lint(chart: string, values: string): Promise<string> {
    return this.run('lint', chart, '--strict', '--values', values);
  }

  private async run(...args: readonly string[]): Promise<string> {
    try {
      return (await run(this.program, args, { maxBuffer: 2 ** 28 })).stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new UserError(reasonIn(`${stderr}\n${stdout}`));
    }
  }
}

/** Where `npm run fetch:helm` puts it. */
export const fetchedHelm = '.build/tools/helm/helm';

function reasonIn(output: string): string {
  const lines = output
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(WARNING|Use --debug|coalesce|walk\.go)/.test(line));
  const errors = lines.filter((line) => /error/i.test(line));
  return (
    (errors.length > 0 ? errors : lines)
      .join(' ')
      .trim()
      .replace(/^Error: /, '') || 'helm failed without a word'
  );
}
