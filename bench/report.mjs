import { cpus, totalmem } from 'node:os';

const OURS = 'groundplan';

/**
 * The results as Markdown tables.
 *
 * `results` holds, for each case, its title and the measured runs, one a round. Comparisons are made within a round,
 * where the machine was in one mood, and then the median over the rounds is taken.
 */
export function report({ rounds, results, notes, profiles }) {
  const peers = results.filter(({ environments }) => !environments);
  const growth = results.filter(({ environments }) => environments);
  return [
    `${machine()}; ${rounds === 1 ? 'one round' : `medians of ${rounds} rounds (smallest to largest)`}.`,
    ...(peers.length > 0 ? [peerTable(peers)] : []),
    ...(growth.length > 0 ? [growthTable(growth)] : []),
    ...(goals(results).length > 0 ? [goalTable(goals(results))] : []),
    ...(profiles.length > 0 ? [profileTable(profiles)] : []),
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
  ].join('\n\n');
}

function machine() {
  const { node } = process.versions;
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `Node ${node} on ${process.platform} ${process.arch}, ${cpus().length} cores, ${memory}`;
}

function peerTable(results) {
  const ours = results.find(({ name }) => name === OURS);
  return table(
    ['Case', 'wall, s', 'CPU, s', 'peak, MiB', 'wall : ours', 'CPU : ours', 'peak : ours'],
    results.map((each) => [
      each.title,
      spread(each, 'wallSeconds', 2),
      spread(each, 'cpuSeconds', 2),
      spread(each, 'peakMiB', 0),
      ...['wallSeconds', 'cpuSeconds', 'peakMiB'].map((metric) => (ours ? times(ratio(each, ours, metric)) : '')),
    ]),
  );
}

function growthTable(results) {
  return table(
    ['Environments', 'wall, s', 'CPU, s', 'peak, MiB', 'each further one: wall, ms', 'CPU, ms'],
    results.map((each, index) => [
      String(each.environments),
      spread(each, 'wallSeconds', 2),
      spread(each, 'cpuSeconds', 2),
      spread(each, 'peakMiB', 0),
      index === 0 ? '' : String(Math.round(1000 * furtherCost(results, index, 'wallSeconds'))),
      index === 0 ? '' : String(Math.round(1000 * furtherCost(results, index, 'cpuSeconds'))),
    ]),
  );
}

function profileTable(profiles) {
  const phases = Object.keys(profiles[0]);
  return table(
    ['Where the time goes (three environments, under the profiler)', 'ms'],
    phases.map((phase) => [phase, String(Math.round(1000 * median(profiles.map((each) => each[phase]))))]),
  );
}

function goalTable(found) {
  return table(
    ['Goal', 'measured', ''],
    found.map(({ goal, figure, met }) => [goal, figure, met ? 'met' : 'missed']),
  );
}

/** The goals that these results say something about. They are shown, never asserted: a busy machine is no defect. */
function goals(results) {
  const [ours, stock, flattened, blueprints] = [OURS, 'stock', 'flattened', 'blueprints'].map((wanted) =>
    results.find(({ name }) => name === wanted),
  );
  const growth = results.filter(({ environments }) => environments);
  const found = [];
  const compare = (goal, one, other, metric, isMet) => {
    if (!one || !other) return;
    const figure = ratio(one, other, metric);
    found.push({ goal, figure: times(figure), met: isMet(figure) });
  };
  compare('at least 10 times as fast as stock', stock, ours, 'wallSeconds', (figure) => figure >= 10);
  compare('at most a fifth of the memory of stock', stock, ours, 'peakMiB', (figure) => figure >= 5);
  compare('at most 1.5 times the flat app', ours, flattened, 'wallSeconds', (figure) => figure <= 1.5);
  compare('not slower than cdk-eks-blueprints', ours, blueprints, 'wallSeconds', (figure) => figure <= 1);
  if (growth.length >= 3) {
    const last = growth.length - 1;
    const figure = furtherCost(growth, last, 'cpuSeconds') / furtherCost(growth, last - 1, 'cpuSeconds');
    const [fewer, more] = growth.slice(-2).map(({ environments }) => environments);
    found.push({
      goal: `a further environment at ${more} costs at most 1.2 times the CPU of one at ${fewer}`,
      figure: times(figure),
      met: figure <= 1.2,
    });
  }
  return found;
}

/** What each environment costs that a case has more than the case before it. */
function furtherCost(results, index, metric) {
  const [few, many] = [results[index - 1], results[index]];
  return (median(values(many, metric)) - median(values(few, metric))) / (many.environments - few.environments);
}

function ratio(one, other, metric) {
  return median(values(one, metric).map((value, round) => value / values(other, metric)[round]));
}

function values({ runs }, metric) {
  return runs.map((run) => run[metric]);
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** `1.23 (1.20-1.31)` */
function spread(result, metric, digits) {
  const numbers = values(result, metric);
  const [low, middle, high] = [Math.min(...numbers), median(numbers), Math.max(...numbers)].map((each) =>
    each.toFixed(digits),
  );
  return numbers.length === 1 ? middle : `${middle} (${low}-${high})`;
}

function times(figure) {
  return `${figure.toFixed(figure < 10 ? 2 : 1)} x`;
}

function table(header, rows) {
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column].length), 3));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
