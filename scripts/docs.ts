// Writes the reference pages that carry facts of the model: `npm run docs`. With `--check` it only compares.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dev, prod, staging } from '../environments';
import { type Capacity, Component, PlatformApp, problemCodes, Workflow } from '../lib';
import type { Chart } from '../lib/providers/chart';
import { charts } from '../lib/providers/charts';
import { platform } from '../stacks/platform';
import { destroyPage } from './docs/destroy';
import { graphPages } from './docs/graph';
import { note, table } from './docs/markdown';

function errorsPage(): string {
  const entries = Object.entries(problemCodes).map(([code, meaning]) => `## ${code}\n\n${meaning}`);
  return [
    '# Errors',
    note,
    'Every problem has a code, the path to what is wrong, the value given, what is allowed and what to change. All problems of a run are printed together, and nothing is written while there is one. Codes from GP101 are about the facts of an environment, from GP201 about the model, from GP301 about capacity, from GP401 about files.',
    ...entries,
  ].join('\n\n');
}

function chartsPage(): string {
  const rows = Object.values(charts as Record<string, Chart>).map(
    ({ name, version, appVersion, kubeVersion = 'any', crds, repository }) => [
      `\`${name}\``,
      version,
      appVersion,
      kubeVersion,
      crds,
      `\`${repository}\``,
    ],
  );
  return ['# Charts', note, table(['Chart', 'Version', 'App', 'Kubernetes', 'CRDs', 'Repository'], rows)].join('\n\n');
}

/** Rows of one workflow: a component with its namespace, charts and requests in each environment. */
function componentRows(all: readonly Component[], capacities: readonly Capacity[]): string[][] {
  return all.map((component) => {
    const requests = capacities.map(({ rows }) => {
      const row = rows.find(
        ({ component: id, workflow }) => id === component.node.id && workflow === component.workflow.id,
      );
      return row ? `${Math.round(row.cpu)}m / ${Math.round(row.memory)}Mi` : '-';
    });
    const installed = component.releases.flatMap(({ chart }) => (chart ? [`${chart.name} ${chart.version}`] : []));
    return [
      `\`${component.node.id}\``,
      component.purpose,
      component.namespace?.name ?? 'AWS',
      installed.join(', ') || '-',
      ...requests,
    ];
  });
}

function makePlatform(): PlatformApp {
  const app = new PlatformApp({
    project: 'ecotrack',
    environments: [dev, staging, prod],
    outdir: join(tmpdir(), 'groundplan-docs'),
  });
  for (const environment of app.environments) platform(app, environment);
  return app;
}

function componentsPage(app: PlatformApp): string {
  const all = new Map<string, Component>();
  for (const component of app.node.findAll().filter(Component.isComponent)) {
    const key = `${component.workflow.id}/${component.node.id}`;
    if (!all.has(key)) all.set(key, component);
  }
  const sections = Workflow.all.map((workflow) => {
    const needs = [...workflow.requires].map(([{ title }, reason]) => `- needs ${title}: ${reason}`);
    const likes = [...workflow.recommends].map(([{ title }, reason]) => `- better with ${title}: ${reason}`);
    const own = [...all.values()].filter((component) => component.workflow === workflow);
    return [
      `## ${workflow.number} ${workflow.title}`,
      `${workflow.purpose}.`,
      [...needs, ...likes].join('\n'),
      table(['Component', 'It', 'Namespace', 'Charts', 'dev', 'staging', 'prod'], componentRows(own, app.capacities)),
    ]
      .filter(Boolean)
      .join('\n\n');
  });
  const totals = app.capacities.map(({ environment, nodes, requested, allocatable, fill }) => [
    environment,
    nodes,
    `${Math.round(requested.cpu)}m of ${Math.round(allocatable.cpu)}m`,
    `${Math.round(requested.memory)}Mi of ${Math.round(allocatable.memory)}Mi`,
    `${requested.pods} of ${allocatable.pods}`,
    `${Math.round(fill * 100)} %`,
  ]);
  return [
    '# Components',
    note,
    'Requests are for the largest number of nodes of each environment, one pod per node of a DaemonSet included.',
    ...sections,
    '## Capacity',
    table(['Environment', 'Nodes', 'CPU', 'Memory', 'Pods', 'Fill'], totals),
  ].join('\n\n');
}

async function main(): Promise<void> {
  const app = makePlatform();
  const pages = {
    'docs/errors.md': errorsPage(),
    'docs/charts.md': chartsPage(),
    'docs/components.md': componentsPage(app),
    'docs/destroy.md': destroyPage([dev, staging, prod]),
    ...(await graphPages(app)),
  };
  const check = process.argv.includes('--check');
  for (const [file, content] of Object.entries(pages)) {
    const current = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (current === `${content}\n`) continue;
    if (check) {
      console.error(`${file} differs from the model. Run: npm run docs`);
      process.exitCode = 1;
    } else {
      writeFileSync(file, `${content}\n`);
      console.error(`wrote ${file}`);
    }
  }
}

void main();
