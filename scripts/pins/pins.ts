import type { Chart, CrdPolicy } from '../../lib/providers/chart';
import { accepts, isNewer, isWithin } from './versions';

/** An environment with the charts that it installs. */
export interface Installation {
  readonly name: string;
  /** Minor version of its cluster. */
  readonly kubernetes: string;
  readonly charts: readonly Chart[];
}

/** What is known of a version besides the table. */
export interface Known {
  /** `Chart.yaml` of the recorded chart. */
  recorded(chart: Chart): { readonly version: string; readonly kubeVersion?: string } | undefined;
  /** Highest version in the repository. */
  newest(chart: Chart): string | undefined;
}

export interface Pin {
  readonly chart: string;
  readonly repository: string;
  readonly pinned: string;
  readonly recorded?: string;
  readonly newest?: string;
  readonly kubernetes: string;
  readonly environments: readonly string[];
  readonly crds: CrdPolicy;
  /** Commands to run before a change of the version. */
  readonly step?: string;
  /** What has to be put right. */
  readonly problems: readonly string[];
}

/** Every chart of the table, held against environments, records and repositories. */
export function pinsOf(table: readonly Chart[], installations: readonly Installation[], known: Known): Pin[] {
  return table.map((chart) => {
    const users = installations.filter(({ charts }) => charts.some((other) => isSameChart(other, chart)));
    const recorded = known.recorded(chart);
    const newest = known.newest(chart);
    const target = [newest, recorded?.version].find((version) => isNewer(version, chart.version));
    return {
      chart: chart.name,
      repository: chart.repository,
      pinned: chart.version,
      recorded: recorded?.version,
      newest,
      kubernetes: chart.kubeVersion ?? 'any',
      environments: users.map(({ name }) => name),
      crds: chart.crds,
      step: stepOf(chart, target),
      problems: [
        ...users.flatMap((user) => clusterProblems(chart, user)),
        ...users.flatMap((user) => tableProblems(chart, user)),
        ...rangeProblems(chart, recorded),
      ],
    };
  });
}

function isSameChart(one: Chart, other: Chart): boolean {
  return one.name === other.name && one.repository === other.repository;
}

function clusterProblems({ name, version, kubeVersion }: Chart, { name: environment, kubernetes }: Installation) {
  if (accepts(kubeVersion, kubernetes)) return [];
  return [`${name} ${version} wants Kubernetes ${kubeVersion}, and ${environment} runs ${kubernetes}`];
}

function tableProblems(chart: Chart, { name: environment, charts }: Installation) {
  return charts
    .filter((used) => isSameChart(used, chart) && used.version !== chart.version)
    .map(({ name, version }) => `${environment} installs ${name} ${version}, and the table says ${chart.version}`);
}

/** The table may be stricter than the chart, never looser; checked where the very version is recorded. */
function rangeProblems({ name, version, kubeVersion }: Chart, recorded: ReturnType<Known['recorded']>) {
  if (recorded?.version !== version || isWithin(kubeVersion, recorded.kubeVersion)) return [];
  return [
    `${name} ${version} is for Kubernetes ${recorded.kubeVersion ?? 'any'}, and the table says ${kubeVersion ?? 'any'}`,
  ];
}

/** How definitions that Helm installs once get to another version. */
function stepOf({ name, repository, crds, groups }: Chart, target = '"$VERSION"'): string | undefined {
  if (crds !== 'installed-once' || !groups) return undefined;
  const source = repository.startsWith('oci://') ? `${repository}/${name}` : `${name} --repo ${repository}`;
  return `helm show crds ${source} --version ${target} | kubectl apply --server-side --force-conflicts -f -`;
}
