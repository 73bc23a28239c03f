import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { dev, prod, services, staging } from '../../environments';
import { build as withOwnComponent } from '../../examples/own-component';
import { type Environment, type EnvironmentFacts, PlatformApp, problemCodes, Workflow } from '../../lib';
import { limitsOf } from '../../lib/core/autonomy';
import { PlatformModel } from '../../lib/kiro/model';
import { steering } from '../../lib/kiro/steering/steering';
import { platform } from '../../stacks/platform';
import { environmentOf } from '../support/platforms';
import { filesIn, root } from '../support/sources';

const names = ['dev', 'staging', 'prod'];
const folder = mkdtempSync(join(tmpdir(), 'groundplan-steering-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function modelOf(
  facts: readonly EnvironmentFacts[],
  build: (app: PlatformApp, environment: Environment) => unknown = platform,
): PlatformModel {
  const app = new PlatformApp({ project: 'ecotrack', environments: facts, outdir: join(folder, 'cdktf.out') });
  for (const environment of app.environments) build(app, environment);
  return new PlatformModel(app, { services });
}

const model = modelOf([dev, staging, prod]);
const files = new Map(steering(model).map(({ path, content }) => [path.replace('.kiro/steering/', ''), content]));
const contents = [...files].map(([name, content]) => [name, content] as const);

interface FrontMatter {
  readonly inclusion: string;
  readonly fileMatchPattern?: unknown;
  readonly name?: string;
  readonly description?: string;
}

function frontMatter(content: string): FrontMatter {
  const end = content.indexOf('\n---\n', 4);
  return parse(content.slice(4, end)) as FrontMatter;
}

function documentOf(name: string): string {
  const content = files.get(name);
  if (content === undefined) throw new Error(`there is no ${name}`);
  return content;
}

/** Rows of all tables, cells without code marks; the header as first row of each. */
function tables(markdown: string): string[][][] {
  return [...markdown.matchAll(/(?:^\|.*\|\n)+/gm)].map(([table]) =>
    table
      .trimEnd()
      .split('\n')
      .filter((_, index) => index !== 1)
      .map((line) =>
        line
          .slice(2, -2)
          .split(/ (?<!\\)\| /)
          .map((cell) => cell.replace(/`/g, '').trim()),
      ),
  );
}

/** Tables that begin with a header cell of that name. */
function tablesOf(name: string, first: string): string[][][] {
  return tables(documentOf(name)).filter(([head]) => head?.[0] === first);
}

/** A glob as a regular expression: `**` for any folders, `*` for a part of a name. */
function matcher(glob: string): RegExp {
  const text = glob
    .replace(/[.+^$()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/|\*/g, (star) => (star === '*' ? '[^/]*' : '(?:.*/)?'));
  return new RegExp(`^${text}$`);
}

describe('form', () => {
  test('every document of the platform and one per environment', () => {
    expect([...files.keys()].toSorted()).toEqual(
      [
        'autopilot-operations.md',
        'cost-optimization.md',
        'environment-dev.md',
        'environment-prod.md',
        'environment-staging.md',
        'microservices.md',
        'operations.md',
        'performance-optimization-cycles.md',
        'product.md',
        'safety-controls-escalation.md',
        'structure.md',
        'supervised-operations.md',
        'tech.md',
        'workflow-efficiency-guide.md',
        'workflow-optimization.md',
        'workflows.md',
      ].toSorted(),
    );
  });

  test.each(contents)('%s begins with front matter and knows no other keys', (_, content) => {
    expect(content.startsWith('---\n')).toBe(true);
    const matter = frontMatter(content);
    expect(Object.keys(matter).filter((key) => !/^(inclusion|fileMatchPattern|name|description)$/.test(key))).toEqual(
      [],
    );
    expect(['always', 'fileMatch', 'manual', 'auto']).toContain(matter.inclusion);
    expect(matter.inclusion === 'fileMatch').toBe(matter.fileMatchPattern !== undefined);
  });

  test.each(contents.filter(([, content]) => frontMatter(content).inclusion === 'fileMatch'))(
    'the globs of %s match files',
    (_, content) => {
      const globs = frontMatter(content).fileMatchPattern as string[];
      const paths = ['stacks', 'environments', 'lib'].flatMap((one) => filesIn(one, '.ts'));
      expect(Array.isArray(globs) && globs.length > 0).toBe(true);
      for (const glob of globs) {
        expect(glob).toContain('/');
        expect(glob).not.toContain(',');
        expect(paths.filter((path) => matcher(glob).test(path))).not.toEqual([]);
      }
    },
  );

  test.each(contents.filter(([, content]) => /^(auto|manual)$/.test(frontMatter(content).inclusion)))(
    '%s can be found by name and description',
    (name, content) => {
      const matter = frontMatter(content);
      expect(`${matter.name}.md`).toBe(name);
      expect(matter.description?.length).toBeGreaterThan(30);
    },
  );

  test.each(contents)('%s holds nothing that depends on a machine or an account', (_, content) => {
    expect(content).not.toMatch(/\r|\b\d{12}\b|\/home\/|\/Users\/|\/tmp\/|\/root\//);
    expect(content).not.toMatch(/\b(undefined|NaN|\[object)|#\[\[file:|\$\{TfToken/);
    expect(content.endsWith('\n') && !content.endsWith('\n\n')).toBe(true);
  });

  test('two runs give the same bytes', () => {
    expect(steering(modelOf([dev, staging, prod]))).toEqual(steering(model));
  });

  test('what is always loaded is small', () => {
    const always = contents.filter(([, content]) => frontMatter(content).inclusion === 'always');
    expect(always.map(([name]) => name).toSorted()).toEqual(['product.md', 'structure.md', 'tech.md']);
    expect(always.reduce((sum, [, content]) => sum + Buffer.byteLength(content), 0)).toBeLessThan(12_000);
  });

  test.each(contents)('%s stays below 32 KB', (_, content) => {
    expect(Buffer.byteLength(content)).toBeLessThan(32_000);
  });

  test.each(contents)('tables of %s have as many cells as heads', (_, content) => {
    for (const table of tables(content)) expect(new Set(table.map((row) => row.length)).size).toBe(1);
  });

  test.each(contents)('paths and documents that %s names exist', (_, content) => {
    const paths = [...content.matchAll(/`((?:environments|stacks|lib|test|docs|examples)\/[\w./-]+)`/g)].map(
      ([, path]) => path,
    );
    // The table of what a change asks stands for every workflow.
    expect(paths.filter((path = '') => !existsSync(join(root, path)))).toEqual([]);
    const documents = [...content.matchAll(/`([a-z-]+\.md)`/g)].map(([, name]) => name as string);
    expect(documents.filter((name) => !files.has(name))).toEqual([]);
  });

  test.each(contents)('scripts that %s names exist', (_, content) => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...content.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script);
    expect(named.filter((script = '') => !(script in scripts))).toEqual([]);
  });
});

describe('facts are those of the Terraform', () => {
  test.each(names)('namespaces and chart versions of workflows.md in %s', (name) => {
    const index = names.indexOf(name);
    const rows = tablesOf('workflows.md', 'Component')
      .filter(([head]) => head?.[1] === 'What it does')
      .flatMap((table) => table.slice(1))
      .filter((row) => row[4 + index] !== 'not there');
    const told = rows.flatMap(([, , namespace, charts = '-']) =>
      charts === '-' ? [] : charts.split(', ').map((chart) => `${namespace} ${chart}`),
    );
    const installed = environmentOf(name)
      .releases.filter(({ chart }) => !chart.startsWith('./'))
      .map(({ namespace, chart, version }) => `${namespace} ${chart} ${version}`);
    expect(new Set(told)).toEqual(new Set(installed));
  });

  test('tech.md names each chart at the version that is installed', () => {
    const lines = documentOf('tech.md').match(/^- .*: .*\d+\.\d+\.\d+.*$/gm) ?? [];
    const told = lines.flatMap((line) => line.slice(line.indexOf(': ') + 2).split(', '));
    const installed = names.flatMap((name) =>
      environmentOf(name)
        .releases.filter(({ chart }) => !chart.startsWith('./'))
        .map(({ chart, version }) => `${chart} ${version}`),
    );
    expect(new Set(told)).toEqual(new Set(installed));
  });

  test.each(names)('capacity of %s adds up to the model', (name) => {
    const [table = []] = tablesOf('workflows.md', 'Workflow').filter(([head]) => head?.[1] === 'dev');
    const column = 1 + names.indexOf(name);
    const cell = (row: string) => table.find(([first]) => first === row)?.[column];
    const { requested, allocatable, nodes } = environmentOf(name).capacity;
    expect(cell('**requested**')).toBe(`${Math.round(requested.cpu)}m / ${Math.round(requested.memory)}Mi`);
    expect(cell('**allocatable**')).toBe(`${allocatable.cpu}m / ${allocatable.memory}Mi`);
    expect(cell('nodes counted')).toBe(String(nodes));
    const cpu = Workflow.all.map(({ number, title }) => Number.parseInt(cell(`${number} ${title}`) ?? '', 10));
    expect(cpu.reduce((sum, one) => sum + one, 0)).toBe(Math.round(requested.cpu));
  });

  test('order and reasons are those of the workflows', () => {
    const [table = []] = tablesOf('workflows.md', 'Workflow').filter(([head]) => head?.[1] === 'Requires');
    for (const workflow of Workflow.all) {
      const [, requires = '', better = ''] =
        table.find(([name]) => name === `${workflow.number} ${workflow.title}`) ?? [];
      for (const [other, reason] of workflow.requires) expect(requires).toContain(`${other.title}: ${reason}`);
      for (const [other, reason] of workflow.recommends) expect(better).toContain(`${other.title}: ${reason}`);
    }
  });

  test('rollback commands name releases of the platform, in their namespaces', () => {
    const releases = new Set(
      names.flatMap((name) => environmentOf(name).releases.map((one) => `${one.namespace}/${one.name}`)),
    );
    const commands = [...documentOf('operations.md').matchAll(/^helm -n (\S+) rollback (\S+)/gm)];
    expect(commands.length).toBeGreaterThan(30);
    expect(
      commands.map(([, namespace, release]) => `${namespace}/${release}`).filter((one) => !releases.has(one)),
    ).toEqual([]);
  });

  test('checks of every component are in operations.md, for all environments alike', () => {
    const text = documentOf('operations.md');
    const missing = model.workflows
      .flatMap(({ components }) => components)
      .filter(({ id, checks }) => checks.length > 0 && !text.includes(`\n# ${id}\n`))
      .map(({ id }) => id);
    expect(missing).toEqual([]);
    const block = text.slice(text.indexOf('## Verification'), text.indexOf('## Troubleshooting'));
    expect(block).not.toMatch(/ecotrack-(dev|staging|prod)|(dev|staging)\.ecotrack/);
  });

  test('shell variables of operations.md are set before they are used', () => {
    const text = documentOf('operations.md');
    const used = new Set([...text.matchAll(/\$([A-Z_]{3,})/g)].map(([, name]) => name));
    // The password of Redis is a variable of its own container.
    used.delete('REDIS_PASSWORD');
    expect([...used].filter((name) => !new RegExp(`^export .*\\b${name}=`, 'm').test(text))).toEqual([]);
  });

  test('every error code and every alert is told', () => {
    const text = documentOf('operations.md');
    expect(Object.keys(problemCodes).filter((code) => !text.includes(`| ${code} |`))).toEqual([]);
    const alerts = names.flatMap((name) =>
      environmentOf(name)
        .customResources.filter(({ kind }) => kind === 'PrometheusRule')
        .flatMap(({ spec }) => (spec as { groups: { rules: { alert?: string }[] }[] }).groups)
        .flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? [])),
    );
    expect(alerts.length).toBeGreaterThan(50);
    expect(alerts.filter((alert) => !text.includes(`| \`${alert}\` |`))).toEqual([]);
  });

  test('admission rules say what happens to a violation in each environment', () => {
    const text = documentOf('microservices.md');
    const constraints = environmentOf('prod').customResources.filter(({ apiVersion }) =>
      apiVersion.startsWith('constraints.'),
    );
    expect(constraints).not.toHaveLength(0);
    for (const { metadata } of constraints)
      expect(text).toMatch(new RegExp(`\`${metadata.name}\`.*warn \\(dev\\), deny \\(staging, prod\\)`));
  });

  test.each(['admin-password', 'create token'])('how to get at credentials is not told (%s)', (text) => {
    expect(contents.filter(([, content]) => content.includes(text)).map(([name]) => name)).toEqual([]);
  });
});

describe.each(model.environments.map((view) => [view.environment.name, view] as const))(
  'environment-%s.md',
  (name, view) => {
    const text = documentOf(`environment-${name}.md`);
    const { facts } = view.environment;
    const row = (first: string) =>
      tables(text)
        .flat()
        .find(([cell]) => cell === first);

    test('is loaded with the facts of that environment', () => {
      expect(frontMatter(text).fileMatchPattern).toEqual([`environments/${name}.ts`]);
    });

    test('limits are the strictest of mode, environment and safety', () => {
      const supervised = limitsOf(view.environment, 'supervised');
      const autopilot = limitsOf(view.environment, 'autopilot');
      expect(row('nodes')).toEqual(['nodes', String(supervised.nodes), String(autopilot.nodes)]);
      expect(row('replicas of one service')?.slice(1)).toEqual([
        String(supervised.replicas),
        String(autopilot.replicas),
      ]);
      expect(text).toContain(`The mode here is **${facts.automation.mode}**`);
    });

    test('thresholds and routing come from the facts', () => {
      expect(row('CPU of a node')?.[1]).toBe(`above ${facts.alerts.cpu}`);
      expect(row('failed requests')).toEqual([
        'failed requests',
        `above ${facts.alerts.errorRate}`,
        `below ${facts.objectives.errorRate}`,
      ]);
      expect(text).toContain(`- critical: ${facts.alerts.routing.critical.join(', ')}`);
    });

    test('commands name its cluster and its stacks', () => {
      expect(text).toContain(`aws eks update-kubeconfig --region ${facts.aws.region} --name ecotrack-${name}-cluster`);
      for (const id of environmentOf(name).stacks.keys()) expect(text).toContain(`npx cdktf diff ${id}\n`);
    });

    test('says nothing of other environments', () => {
      const others = names.filter((other) => other !== name);
      expect(
        others.filter((other) => text.includes(`ecotrack-${other}-`) || text.includes(` ${other}-foundation`)),
      ).toEqual([]);
    });
  },
);

describe('the tree decides', () => {
  test('a component of a team appears without further code', () => {
    const own = new Map(steering(modelOf([prod], withOwnComponent)).map(({ path, content }) => [path, content]));
    expect(own.get('.kiro/steering/workflows.md')).toContain(
      '| `opencost` | Computes what each namespace costs | `monitoring` | opencost 2.5.17 | 20m / 96Mi |',
    );
    expect(own.get('.kiro/steering/tech.md')).toContain('opencost 2.5.17');
    expect(own.get('.kiro/steering/operations.md')).toContain(
      'kubectl -n monitoring rollout status deployment/opencost',
    );
  });

  test('an environment of another name gets a document of its own', () => {
    const lab = { ...dev, name: 'lab', workflows: { mesh: false } };
    const written = steering(modelOf([lab]));
    const document = written.find(({ path }) => path === '.kiro/steering/environment-lab.md');
    expect(document?.content).toContain('npx cdktf diff lab-data');
    expect(document?.content).not.toContain('lab-mesh');
  });

  test('without services, the documents tell of the platform alone', () => {
    const app = new PlatformApp({ project: 'ecotrack', environments: [dev], outdir: join(folder, 'plain.out') });
    for (const environment of app.environments) platform(app, environment);
    const written = steering(new PlatformModel(app));
    const document = written.find(({ path }) => path.endsWith('microservices.md'));
    expect(document?.content).toContain('No application is described');
    expect(document?.content).toContain('`must-have-labels`');
  });
});

describe('microservices.md', () => {
  const text = documentOf('microservices.md');

  test.each(Object.entries(services.services))('%s with its figures', (name, service) => {
    const [table = []] = tablesOf('microservices.md', 'Service').filter(([head]) => head?.[1] === 'needs');
    const own = table.find(([first]) => first === name);
    expect(own?.[1]).toContain(`${service.requests.cpu} / ${service.requests.memory}`);
    expect(own).toHaveLength(2 + names.length);
    expect(text).toContain(service.route.prefix);
  });

  test.each(Object.entries(services.topics))('topic %s', (name, { partitions, keep }) => {
    expect(text).toContain(`| \`${name}\` | ${partitions} | ${keep} |`);
  });

  test('warns where the services could open more connections than the database takes', () => {
    expect(text).toContain('up to 500 of 200, so a `PostgresPooler`');
  });
});
