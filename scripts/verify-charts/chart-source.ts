import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Chart } from '../../lib/providers/chart';
import type { Helm } from './helm';
import { UserError } from './user-error';

/** Where charts come from. */
export interface ChartSource {
  /**
   * Folder of the unpacked chart at its pinned version.
   *
   * @throws UserError with the reason for which it cannot be had
   */
  folderOf(chart: Chart): Promise<string>;
}

/** A folder with one unpacked chart per folder, named as the chart or as its record. */
export class ChartFolder implements ChartSource {
  constructor(private readonly root: string) {
    if (!existsSync(root)) throw new UserError(`${root}: there is no such folder of charts.`);
  }

  async folderOf(chart: Chart): Promise<string> {
    const names = [...new Set([chart.recordedAs ?? chart.name, chart.name])];
    const folder = names.map((name) => join(this.root, name)).find((path) => existsSync(join(path, 'Chart.yaml')));
    if (!folder) throw new UserError(`${this.root} has no ${names.join(' or ')}`);
    const { version } = parse(readFileSync(join(folder, 'Chart.yaml'), 'utf8')) as { version: string };
    // A leading v is a matter of taste: repositories list both spellings for one package.
    if (String(version).replace(/^v/, '') === chart.version.replace(/^v/, '')) return folder;
    throw new UserError(`${folder} holds version ${version}, pinned is ${chart.version}`);
  }
}

/** The repositories of the charts; what was pulled once is kept. */
export class ChartRepositories implements ChartSource {
  private readonly pulls = new Map<string, Promise<string>>();

  constructor(
    private readonly helm: Helm,
    private readonly cache: string,
  ) {}

  folderOf(chart: Chart): Promise<string> {
    const key = `${chart.repository}/${chart.name}`.replace(/\W+/g, '-');
    const folder = join(this.cache, `${key}-${chart.version}`);
    const pulling = this.pulls.get(folder) ?? this.pull(chart, folder);
    this.pulls.set(folder, pulling);
    return pulling;
  }

  /** A pull that is cut off shall not look like a chart. */
  private async pull(chart: Chart, folder: string): Promise<string> {
    if (!existsSync(folder)) {
      const part = `${folder}.part`;
      rmSync(part, { recursive: true, force: true });
      mkdirSync(part, { recursive: true });
      try {
        await this.helm.pull(chart, part);
        renameSync(part, folder);
      } finally {
        rmSync(part, { recursive: true, force: true });
      }
    }
    return join(folder, chart.name);
  }
}
