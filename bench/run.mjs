#!/usr/bin/env node
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { blueprints } from './cases/blueprints.mjs';
import { cli } from './cases/cli.mjs';
import { flattened } from './cases/flattened.mjs';
import { groundplan } from './cases/groundplan.mjs';
import { growth } from './cases/growth.mjs';
import { stock } from './cases/stock.mjs';
import { measure } from './measure.mjs';
import { profile } from './profile.mjs';
import { report } from './report.mjs';
import { installPeers, ROOT, Workspace } from './workspace.mjs';

const CASES = [groundplan, flattened, blueprints, stock, cli, ...growth];
const DOCUMENT = join(ROOT, 'docs', 'performance.md');
const MARKERS = /(<!-- bench:start -->\n).*(\n<!-- bench:end -->)/s;

const HELP = `Measures how fast and how lean synthesis is, against the stock way and a peer.

npm run bench -- [options]

  --rounds <n>    rounds that count, after one to warm up (default 5)
  --only <case>   only this case, or those whose names begin like this; may be given several times
  --json <file>   write every single measurement
  --profile       also tell where the time of ours goes
  --markdown      replace the tables in ${relative(ROOT, DOCUMENT)}
  --help

Cases: ${CASES.map(({ name }) => name).join(', ')}`;

async function main() {
  const options = readOptions();
  if (options.help) return console.log(HELP);
  const rounds = Number(options.rounds);
  const chosen = CASES.filter(({ name }) => options.only?.some((start) => name.startsWith(start)) ?? true);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new UsageError(`--rounds wants a whole number, not '${options.rounds}'`);
  if (chosen.length === 0) throw new UsageError(`no case is named '${options.only.join("', '")}'`);

  const measured = await measureAll(chosen, rounds, options.profile);
  const text = report({ rounds, ...measured });
  console.log(`\n${text}`);
  if (options.json) writeFileSync(options.json, `${JSON.stringify({ rounds, ...measured }, null, 2)}\n`);
  if (options.markdown) {
    writeFileSync(
      DOCUMENT,
      readFileSync(DOCUMENT, 'utf8').replace(MARKERS, (_, start, end) => `${start}\n${text}\n${end}`),
    );
  }
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        rounds: { type: 'string', default: '5' },
        only: { type: 'string', multiple: true },
        json: { type: 'string' },
        markdown: { type: 'boolean' },
        profile: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error.message);
  }
}

class UsageError extends Error {}

/** Runs the cases in turn, round after round, so that a slow minute of the machine meets all of them. */
async function measureAll(cases, rounds, withProfile) {
  if (cases.some(({ needsPeers }) => needsPeers)) installPeers();
  const workspace = new Workspace();
  process.once('SIGINT', () => {
    workspace.remove();
    process.exit(130);
  });
  try {
    const prepared = cases.map((each) => ({ ...each, program: each.prepare(workspace), runs: [] }));
    for (const each of prepared) await run(each, 'warm-up', workspace);
    const notes = prepared.flatMap((each) => each.describe?.(each.program, workspace) ?? []);
    for (let round = 1; round <= rounds; round++) {
      for (const each of prepared) each.runs.push(await run(each, `round ${round}`, workspace));
    }
    const results = prepared.map(({ name, title, environments, runs }) => ({ name, title, environments, runs }));
    const profiled = withProfile ? Array.from({ length: rounds }, () => groundplan.prepare(workspace)) : [];
    return { results, notes, profiles: profiled.map((program) => profile(program, workspace.dir)) };
  } finally {
    workspace.remove();
  }
}

async function run({ name, program }, label, workspace) {
  const use = await measure(program, workspace.dir);
  const figures = `${use.wallSeconds.toFixed(2)} s, CPU ${use.cpuSeconds.toFixed(2)} s, ${use.peakMiB.toFixed(0)} MiB`;
  console.log(`${label.padEnd(9)} ${name.padEnd(11)} ${figures}`);
  return use;
}

await main().catch((error) => {
  console.error(error instanceof UsageError ? `${error.message}\n\n${HELP}` : error);
  process.exitCode = 1;
});
