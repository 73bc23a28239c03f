import type { Finding, RenderedEnvironment } from './rendered';

/** What came out for one environment. */
export interface Outcome {
  readonly environment: RenderedEnvironment;
  readonly findings: readonly Finding[];
}

/** Findings with the environments that have them, one line each. */
export function findingLines(outcomes: readonly Outcome[]): string[] {
  const where = new Map<string, string[]>();
  for (const { environment, findings } of outcomes) {
    for (const { release, message } of findings) {
      const key = `${release}: ${message}`;
      where.set(key, [...(where.get(key) ?? []), environment.name]);
    }
  }
  return [...where].map(([line, names]) => `[${[...new Set(names)].join(', ')}] ${line}`).toSorted();
}

/** A row per release, a column per environment. */
export function resultTable(outcomes: readonly Outcome[]): string {
  const charts = new Map<string, string>();
  for (const { environment } of outcomes) {
    for (const { id, chart } of environment.releases) charts.set(id, chart ?? 'custom resources');
  }
  const rows = [...charts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, chart]) => [id, chart, ...outcomes.map((outcome) => resultOf(id, outcome))]);
  const others = outcomes.flatMap(({ environment, findings }) =>
    findings
      .filter(({ release }) => !environment.releases.some(({ id }) => id === release))
      .map(({ release }) => release),
  );
  const rest = [...new Set(others)].map((id) => [id, '', ...outcomes.map((outcome) => resultOf(id, outcome))]);
  return table([['Release', 'Chart', ...outcomes.map(({ environment }) => environment.name)], ...rows, ...rest]);
}

function resultOf(id: string, { environment, findings }: Outcome): string {
  const release = environment.releases.find((candidate) => candidate.id === id);
  const count = findings.filter((finding) => finding.release === id).length;
  if (release?.unavailable) return 'not available';
  if (count > 0) return count === 1 ? '1 problem' : `${count} problems`;
  return release ? 'ok' : '-';
}

/** Reasons for which charts could not be had, one line per chart. */
export function unavailableLines(outcomes: readonly Outcome[]): string[] {
  const lines = outcomes.flatMap(({ environment }) =>
    environment.releases.flatMap(({ chart, unavailable }) => (unavailable ? [`${chart}: ${unavailable}`] : [])),
  );
  return [...new Set(lines)].toSorted();
}

/** Lines of cells in columns. */
export function table(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
