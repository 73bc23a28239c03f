// Holds the chart table against environments, records and repositories: `npm run pins`.
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { dev, prod, staging } from '../environments';
import { Component, PlatformApp } from '../lib';
import type { Chart } from '../lib/providers/chart';
import { charts } from '../lib/providers/charts';
import { platform } from '../stacks/platform';
import { type Installation, type Known, pinsOf } from './pins/pins';
import { report } from './pins/report';
import { askRepository, getWithin, type Repository } from './pins/repositories';

const help = `npm run pins [-- --json] [-- --offline]

Lists every chart with its pinned version, the recorded one (folder in GROUNDPLAN_CHARTS) and the newest one in its
repository, and says what its definitions need before the version changes. A star marks a version above the pinned one.

  --json     prints the same as JSON
  --offline  asks no repository
  --help     prints this

The exit code is 1 if a pin does not accept the Kubernetes version of an environment, or differs from the table.`;

const table: readonly Chart[] = Object.values(charts);

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: { json: { type: 'boolean' }, offline: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (options.help) {
    console.log(help);
    return;
  }
  const recorded = process.env.GROUNDPLAN_CHARTS ?? '';
  const repositories = options.offline ? [] : await askAll();
  const pins = pinsOf(table, installations(), known(recorded, repositories));
  console.log(
    options.json
      ? JSON.stringify({ pins, repositories: plain(repositories) }, null, 2)
      : report(pins, repositories, recorded),
  );
  if (pins.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
}

function askAll(): Promise<Repository[]> {
  const get = getWithin(10);
  const urls = [...new Set(table.map(({ repository }) => repository))];
  const namesIn = (url: string) => table.filter(({ repository }) => repository === url).map(({ name }) => name);
  return Promise.all(urls.map((url) => askRepository(url, namesIn(url), get)));
}

/** What the model installs, read from it without writing anything. */
function installations(): Installation[] {
  const app = new PlatformApp({
    project: 'pins',
    environments: [dev, staging, prod],
    outdir: join(tmpdir(), `groundplan-pins-${process.pid}`),
  });
  return app.environments.map((environment) => {
    platform(app, environment);
    const components = app.node.findAll().filter(Component.isComponent);
    return {
      name: environment.name,
      kubernetes: environment.facts.cluster.version,
      charts: components
        .filter((component) => component.environment === environment)
        .flatMap(({ releases }) => releases.flatMap(({ chart }) => chart ?? [])),
    };
  });
}

function known(recorded: string, repositories: readonly Repository[]): Known {
  return {
    recorded: ({ name, recordedAs = name }) => {
      const file = join(recorded, recordedAs, 'Chart.yaml');
      return recorded !== '' && existsSync(file) ? parse(readFileSync(file, 'utf8')) : undefined;
    },
    newest: ({ name, repository }) => repositories.find(({ url }) => url === repository)?.newest.get(name),
  };
}

function plain(repositories: readonly Repository[]) {
  return repositories.map(({ url, failure }) => ({ url, asked: failure === undefined, failure }));
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
