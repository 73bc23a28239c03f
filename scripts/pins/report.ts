import type { Pin } from './pins';
import type { Repository } from './repositories';
import { isNewer } from './versions';

/** The pins as a table, with what to do under it. */
export function report(pins: readonly Pin[], repositories: readonly Repository[], recorded: string): string {
  const head = ['Chart', 'Pinned', 'Recorded', 'Newest', 'Kubernetes', 'Installed in', 'CRDs'];
  const rows = pins.map((pin) => [
    pin.chart,
    pin.pinned,
    marked(pin.recorded, pin.pinned),
    marked(pin.newest, pin.pinned),
    pin.kubernetes,
    pin.environments.join(', ') || '-',
    pin.crds,
  ]);
  const steps = pins.flatMap(({ chart, step }) => (step ? [`  ${chart}: ${step}`] : []));
  const problems = pins.flatMap((pin) => pin.problems);
  return [
    columns([head, ...rows]),
    ...paragraph('Definitions that Helm leaves as they are; before such a chart changes its version:', steps),
    ...unanswered(repositories),
    ...(recorded === ''
      ? ['Recorded versions are unknown: GROUNDPLAN_CHARTS names no folder of recorded charts.']
      : []),
    ...paragraph(
      'Problems:',
      problems.map((problem) => `  ${problem}`),
    ),
    problems.length === 0 ? 'Every pin fits every environment.' : `${problems.length} to put right.`,
  ].join('\n\n');
}

/** One line per repository, or one for all where there is no network. */
function unanswered(repositories: readonly Repository[]): string[] {
  const silent = repositories.filter(({ failure }) => failure !== undefined);
  const reasons = new Set(silent.map(({ failure }) => failure));
  if (repositories.length > 1 && silent.length === repositories.length && reasons.size === 1)
    return [`Newest versions are unknown: each of ${silent.length} repositories ${silent[0]?.failure}.`];
  return paragraph(
    'Newest versions are unknown where the repository did not answer:',
    silent.map(({ url, failure }) => `  ${url} ${failure}`),
  );
}

function marked(version: string | undefined, pinned: string): string {
  if (version === undefined) return '?';
  return isNewer(version, pinned) ? `${version} *` : version;
}

function paragraph(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [[title, ...lines].join('\n')] : [];
}

/** Cells under each other. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
