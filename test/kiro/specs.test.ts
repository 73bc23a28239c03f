import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Construct } from 'constructs';
import { dev, prod, staging } from '../../environments';
import { services } from '../../environments/services';
import { Component, type Environment, ModelError, Namespace, PlatformApp } from '../../lib';
import { PlatformModel } from '../../lib/kiro/model';
import { OwnedFiles } from '../../lib/kiro/owned-files';
import { numbered, unknownNames } from '../../lib/kiro/specs/check';
import { Facts } from '../../lib/kiro/specs/facts';
import { earsSentence } from '../../lib/kiro/specs/render/requirements';
import type { SpecContent, Task } from '../../lib/kiro/specs/spec';
import { specId } from '../../lib/kiro/specs/spec-id';
import { keepTicks, withoutTicks } from '../../lib/kiro/specs/ticks';
import { specs, writeSpecs } from '../../lib/kiro/specs/writer';
import { platform } from '../../stacks';
import { FoundationStack } from '../../stacks/foundation';
import { IngressStack } from '../../stacks/ingress';
import { SecurityStack } from '../../stacks/security';

const outdir = mkdtempSync(join(tmpdir(), 'groundplan-specs-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

function modelOf(build: (app: PlatformApp, environment: Environment) => unknown = platform): PlatformModel {
  const app = new PlatformApp({ project: 'ecotrack', environments: [dev, staging, prod], outdir });
  for (const environment of app.environments) build(app, environment);
  return new PlatformModel(app, { services });
}

const model = modelOf();
const facts = new Facts(model);
const files = new Map(writeSpecs(model).map((file) => [file.path, file] as const));
const names = specs.map(({ name }) => name);
const read = (spec: string, file: string) => files.get(`.kiro/specs/${spec}/${file}`)?.content ?? '';
const headings = (text: string) => text.split('\n').filter((line) => line.startsWith('#') && !line.startsWith('# '));

/** Ids of all criteria, such as `2.3`. */
function criteria(spec: string): Map<string, string> {
  const found = new Map<string, string>();
  let requirement = 0;
  for (const line of read(spec, 'requirements.md').split('\n')) {
    requirement = Number(/^### Requirement (\d+): /.exec(line)?.[1] ?? requirement);
    const [, number, text] = /^(\d+)\. (.*)$/.exec(line) ?? [];
    if (text) found.set(`${requirement}.${number}`, text);
  }
  return found;
}

test('every spec that has to exist is written, with its four files', () => {
  expect(names.toSorted()).toEqual([
    'lgtm-observability-enhancement',
    'microservices-platform-integration',
    'workflow-1-foundation-enhancement',
    'workflow-2-ingress-enhancement',
    'workflow-4-gitops-implementation',
    'workflow-5-security-implementation',
    'workflow-6-service-mesh-implementation',
    'workflow-7-data-services-implementation',
  ]);
  const expected = names.flatMap((name) =>
    ['requirements.md', 'design.md', 'tasks.md', '.config.kiro'].map((file) => `.kiro/specs/${name}/${file}`),
  );
  expect([...files.keys()].toSorted()).toEqual(expected.toSorted());
});

test('two runs give the same bytes', () => {
  const again = writeSpecs(modelOf()).map(({ path, content }) => [path, content]);
  expect(again).toEqual([...files.values()].map(({ path, content }) => [path, content]));
});

test.each([...files.keys()])('%s is plain text without accounts and paths of a machine', (path) => {
  const { content } = files.get(path) as { content: string };
  expect(content).not.toMatch(/\r|\d{12}|\/home\/|\/Users\/|\/tmp\/|undefined|\[object|NaN/);
  expect(content.endsWith('\n') && !content.endsWith('\n\n')).toBe(true);
  expect(content.codePointAt(0)).not.toBe(0xfeff);
});

describe.each(names)('%s', (name) => {
  test('.config.kiro names a feature with an id of its own', () => {
    const config = JSON.parse(read(name, '.config.kiro')) as Record<string, string>;
    expect(config.specId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(config).toMatchObject({ workflowType: 'requirements-first', specType: 'feature' });
    expect(Object.keys(config)).toHaveLength(3);
  });

  test('requirements.md has its headings, and requirements from 1 without a gap', () => {
    const text = read(name, 'requirements.md');
    expect(text.startsWith('# Requirements Document\n')).toBe(true);
    expect(text.match(/^## .*$/gm)).toEqual(['## Introduction', '## Glossary', '## Requirements']);
    const blocks = text.split(/^### /m).slice(1);
    expect(blocks.map((block) => block.split('\n')[0])).toEqual(
      blocks.map((_, index) => expect.stringMatching(new RegExp(`^Requirement ${index + 1}: \\S`))),
    );
    for (const block of blocks) {
      expect(block).toMatch(/^\*\*User Story:\*\* As an? .+, I want .+, so that .+\.$/m);
      expect(block.match(/^#### Acceptance Criteria$/gm)).toHaveLength(1);
      const numbers = [...block.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      expect(numbers.length).toBeGreaterThan(1);
    }
  });

  test('every criterion is EARS, about a term of the glossary', () => {
    const terms = [...read(name, 'requirements.md').matchAll(/^- \*\*(.+?)\*\*: /gm)].map(([, term]) => term);
    expect(terms.length).toBe(new Set(terms).size);
    for (const text of criteria(name).values()) {
      expect(text).toMatch(/^(THE|WHEN|WHILE|IF|WHERE) /);
      expect(text.match(/ SHALL /g)).toHaveLength(1);
      if (text.includes('IF ')) expect(text).toContain(', THEN THE ');
      expect(terms).toContain(/THE ([\w -]+?) SHALL /.exec(text)?.[1]);
      expect(text).toMatch(/[^.]\.$/);
    }
  });

  test('design.md has its headings, exact and not indented', () => {
    const wanted = [
      'Overview',
      'Architecture',
      'Components and Interfaces',
      'Data Models',
      'Correctness Properties',
      'Error Handling',
      'Testing Strategy',
    ].map((heading) => `## ${heading}`);
    expect(headings(read(name, 'design.md')).filter((line) => line.startsWith('## '))).toEqual(wanted);
  });

  test('every property validates criteria that exist', () => {
    const section = read(name, 'design.md').split('## Correctness Properties\n')[1]?.split('\n## ')[0] ?? '';
    const blocks = section.split(/^### /m).slice(1);
    expect(blocks.length).toBeGreaterThan(2);
    for (const [index, block] of blocks.entries()) {
      expect(block).toMatch(new RegExp(`^Property ${index + 1}: \\S`));
      const [, ids = ''] = /\*\*Validates:\s*Requirements\s+([\d.,\s]+)\*\*/.exec(block) ?? [];
      expect(ids).not.toBe('');
      for (const id of ids.split(', ')) expect([...criteria(name).keys()]).toContain(id);
    }
  });

  test('design.md shows each component with the versions that are installed', () => {
    const spec = specs.find((one) => one.name === name);
    const text = read(name, 'design.md');
    const components = facts.componentsOf(spec ?? { workflows: [] });
    expect(components.length).toBeGreaterThan(0);
    for (const { id, releases, namespace } of components) {
      const row = text
        .split('\n')
        .find((line) => line.startsWith(`| \`${id}\` | `) && line.includes(namespace ?? 'AWS'));
      expect(row).toBeDefined();
      for (const { chart } of releases) if (chart) expect(row).toContain(`${chart.name} ${chart.version}`);
    }
  });

  test('tasks.md has its headings', () => {
    const text = read(name, 'tasks.md');
    expect(text.startsWith('# Implementation Plan')).toBe(true);
    expect(headings(text)).toEqual(['## Overview', '## Tasks', '## Task Dependency Graph', '## Notes']);
  });

  test('every task line is one that Kiro reads, and ids are unique with parents', () => {
    const lines = read(name, 'tasks.md')
      .split('\n')
      .filter((line) => /^ *- \[/.test(line));
    const ids = lines.map((line) => {
      const [, top, sub] = /^- \[ \] (\d+)\. \S|^ {2}- \[ \]\*? (\d+\.\d+) \S/.exec(line) ?? [];
      expect(top ?? sub).toBeDefined();
      return top ?? sub ?? '';
    });
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids.filter((one) => one.includes('.'))) expect(ids).toContain(id.split('.')[0]);
    expect(lines.length).toBeGreaterThan(6);
  });

  test('the graph has every leaf that is not optional once, after all that it waits for', () => {
    const text = read(name, 'tasks.md');
    const graphs = [...text.matchAll(/^```json\n(.*?)^```/gms)];
    expect(graphs).toHaveLength(1);
    const { waves } = JSON.parse(graphs[0]?.[1] ?? '') as { waves: { id: number; tasks: string[] }[] };
    expect(waves.map(({ id }) => id)).toEqual(waves.map((_, index) => index));
    expect(waves.every(({ tasks }) => tasks.length > 0)).toBe(true);
    const leaves = [...text.matchAll(/^ {2}- \[ \] (\d+\.\d+) /gm)].map(([, id = '']) => id);
    expect(waves.flatMap(({ tasks }) => tasks).toSorted()).toEqual(leaves.toSorted());
    const wave = new Map(waves.flatMap(({ id, tasks }) => tasks.map((task) => [task, id] as const)));
    for (const block of text.split(/^ {2}- (?=\[)/m).slice(1)) {
      const id = /^\[ \] (\d+\.\d+) /.exec(block)?.[1];
      const before = /Comes after (.+)/.exec(block)?.[1]?.match(/\d+\.\d+/g) ?? [];
      if (id) for (const other of before) expect(wave.get(other)).toBeLessThan(wave.get(id) ?? 0);
    }
  });

  test('every task cites criteria that exist and, unless it is optional, says how to check it', () => {
    const blocks = read(name, 'tasks.md')
      .split('## Task Dependency Graph')[0]
      ?.split(/^ {2}- (?=\[)/m)
      .slice(1);
    for (const block of blocks ?? []) {
      const [, ids = ''] = /_Requirements: ([\d., ]+)_/.exec(block) ?? [];
      expect(ids).not.toBe('');
      for (const id of ids.split(', ')) expect([...criteria(name).keys()]).toContain(id);
      if (block.startsWith('[ ] ')) expect(block).toMatch(/^ {4}- Check: `.+`$/m);
    }
  });

  test('every criterion is met by a task, by a property or by a component', () => {
    const cited = [
      ...`${read(name, 'tasks.md')}${read(name, 'design.md')}`.matchAll(/Requirements:? ([\d., ]+)/g),
    ].flatMap(([, ids = '']) => ids.split(', '));
    const open = [...criteria(name)].filter(
      ([id, text]) => !cited.includes(id) && /THE (team|service) SHALL/.test(text),
    );
    expect(open).toEqual([]);
  });

  test('the picture is Mermaid whose arrows join nodes that it has', () => {
    const [, code = ''] = /^```mermaid\n(.*?)^```/ms.exec(read(name, 'design.md')) ?? [];
    const { nodes, arrows } = parseFlowchart(code);
    expect(nodes.size).toBeGreaterThan(3);
    expect(arrows.length).toBeGreaterThan(3);
    for (const id of arrows.flat()) expect(nodes).toContain(id);
  });

  test('placeholders are those that a reader fills in', () => {
    const known = [
      'account',
      'annotation',
      'br/',
      'digest',
      'domain',
      'environment',
      'id',
      'image',
      'name',
      'namespace',
    ];
    const text = ['requirements.md', 'design.md', 'tasks.md'].map((file) => read(name, file)).join('');
    const used = [...text.matchAll(/<(?!!--)([^<>\n]+)>/g)].map(([, placeholder]) => placeholder);
    expect(used.filter((one) => ![...known, 'person', 'service'].includes(one ?? ''))).toEqual([]);
    expect(text).not.toContain('<annotation>');
  });

  test('npm scripts and stacks that it names exist', () => {
    const text = ['requirements.md', 'design.md', 'tasks.md'].map((file) => read(name, file)).join('');
    const { scripts } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { scripts: object };
    for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(script);
    const stacks = model.environments.flatMap(({ workflows }) =>
      workflows.flatMap(({ components }) => components.map(({ stack }) => stack)),
    );
    const own = model.environments.map(({ environment }) => `${environment.name}-${services.namespace}`);
    for (const [, stack = ''] of text.matchAll(/npx cdktf (?:diff|deploy) ([\w-]+)/g))
      expect([...stacks, ...own]).toContain(stack);
  });

  test('every component and term that it names is there on the whole platform', () => {
    const spec = specs.find((one) => one.name === name);
    expect(spec && unknownNames(spec.content(facts), facts)).toEqual([]);
    for (const id of spec?.components ?? []) expect(facts.has(id)).toBe(true);
  });
});

/** A light check of the part of Mermaid that is written; unknown lines and unbalanced groups throw. */
function parseFlowchart(code: string): { nodes: Set<string>; arrows: string[][] } {
  const [first, ...lines] = code.trimEnd().split('\n');
  expect(first).toBe('flowchart LR');
  const nodes = new Set<string>();
  const arrows: string[][] = [];
  let depth = 0;
  for (const line of lines) {
    const node = /^ {4}(\w+)\["[^"[\]]+"\]$/.exec(line);
    const arrow = /^ {2}(\w+) (?:-->|-\.->)(?:\|(?:"[^"|]+"|[\w, ]+)\|)? (\w+)$/.exec(line);
    if (/^ {2}subgraph \w+\["[^"[\]]+"\]$/.test(line)) depth += 1;
    else if (line === '  end') depth -= 1;
    else if (node?.[1]) nodes.add(node[1]);
    else if (arrow?.[1] && arrow[2]) arrows.push([arrow[1], arrow[2]]);
    else throw new Error(`not Mermaid: ${line}`);
    expect([0, 1]).toContain(depth);
  }
  expect(depth).toBe(0);
  // Words that Mermaid keeps for itself.
  for (const id of nodes) expect(['end', 'graph', 'subgraph', 'class', 'click', 'style']).not.toContain(id);
  return { nodes, arrows };
}

describe('edges of the model', () => {
  const edges = (environment: string) =>
    model
      .environment(environment)
      .edges.map(
        ({ from, to, reasons }) =>
          `${from.workflow}/${from.component} ${reasons.join('+')} ${to.workflow}/${to.component}`,
      );

  test.each([
    'foundation/cluster reads foundation/network',
    'observability/loki reads foundation/key',
    'observability/prometheus after+calls observability/mimir',
    'observability/grafana kinds ingress/emissary',
    'data/postgres kinds security/external-secrets',
    'mesh/kiali calls observability/tempo',
    'gitops/argo-projects after+kinds gitops/argo-cd',
  ])('%s', (edge) => {
    expect(edges('prod')).toContain(edge);
  });

  test('a group that two charts share makes no edge to the wrong one', () => {
    expect(edges('prod').filter((edge) => edge.includes('argo-projects') && edge.includes('argo-rollouts'))).toEqual(
      [],
    );
  });

  test('what an environment does not run has no edges there', () => {
    expect(edges('dev').filter((edge) => edge.includes('mimir'))).toEqual([]);
  });

  test('no component needs itself, and pairs are told once', () => {
    for (const { edges: all } of model.environments) {
      const pairs = all.map(({ from, to }) => `${from.workflow}/${from.component} ${to.workflow}/${to.component}`);
      expect(new Set(pairs).size).toBe(pairs.length);
      expect(pairs.filter((pair) => pair.split(' ')[0] === pair.split(' ')[1])).toEqual([]);
    }
  });

  test('reading them leaves the Terraform as it is', () => {
    const rendered = (ask: boolean) => {
      const folder = mkdtempSync(join(tmpdir(), 'groundplan-edges-'));
      const app = new PlatformApp({ project: 'ecotrack', environments: [dev], outdir: folder });
      for (const environment of app.environments) platform(app, environment);
      if (ask) expect(new PlatformModel(app).environment('dev').edges.length).toBeGreaterThan(50);
      app.synth();
      const text = readFileSync(join(folder, 'stacks/dev-data/cdk.tf.json'), 'utf8');
      rmSync(folder, { recursive: true, force: true });
      return text.replaceAll(folder, '');
    };
    expect(rendered(true)).toBe(rendered(false));
  });
});

describe('a platform that differs', () => {
  test('a workflow that is off has no spec', () => {
    const small = modelOf((app, environment) => new FoundationStack(app, { environment }));
    const written = writeSpecs(small).map(({ path }) => path.split('/')[2]);
    expect(written).toContain('workflow-1-foundation-enhancement');
    expect(written).not.toContain('workflow-6-service-mesh-implementation');
  });

  test('what is about a component that was left out disappears, and numbers close up', () => {
    const without = modelOf((app, environment) => {
      const foundation = new FoundationStack(app, { environment });
      const ingress = new IngressStack(app, { environment, foundation });
      new SecurityStack(app, { environment, foundation, ingress, falco: false });
    });
    const text = (file: string) =>
      writeSpecs(without).find(({ path }) => path.endsWith(`workflow-5-security-implementation/${file}`))?.content ??
      '';
    expect(text('requirements.md')).not.toContain('THE falco SHALL');
    expect(text('requirements.md')).toContain('THE openbao SHALL');
    expect(text('tasks.md')).not.toContain('Set off an event on purpose');
    const numbers = [...text('requirements.md').matchAll(/^### Requirement (\d+)/gm)].map(([, number]) =>
      Number(number),
    );
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  test('a component that a user adds appears in the documents of its workflow', () => {
    class StatusPage extends Component {
      constructor(scope: Construct, loki: string) {
        super(scope, 'status-page', {
          purpose: 'tells customers how we are',
          namespace: { ...Namespace.existing('status') },
        });
        this.customResources('config', {
          after: [],
          resources: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'status' }, data: { loki } }],
        });
        this.verifiedBy('kubectl -n status get pods');
      }
    }
    const changed = modelOf((app, environment) => {
      const { observability } = platform(app, environment);
      if (observability) new StatusPage(observability, observability.logsUrl);
    });
    const design = writeSpecs(changed).find(({ path }) => path.endsWith('lgtm-observability-enhancement/design.md'));
    expect(design?.content).toContain('| `status-page` | tells customers how we are | `status` | - | all |');
    expect(design?.content).toContain('observability_status_page -->|calls| observability_loki');
    expect(design?.content).toContain('kubectl -n status get pods');
  });

  test('without a described application there is no spec about it', () => {
    const app = new PlatformApp({ project: 'ecotrack', environments: [dev], outdir });
    for (const environment of app.environments) platform(app, environment);
    const written = writeSpecs(new PlatformModel(app)).map(({ path }) => path);
    expect(written.filter((path) => path.includes('microservices'))).toEqual([]);
  });
});

describe('a mistake in a spec is an error', () => {
  const task = (changes: Partial<Task>): Task => ({
    id: 'one',
    title: 'Do one thing',
    steps: [],
    check: ['true'],
    meets: ['all.1'],
    ...changes,
  });
  const content = (changes: Partial<SpecContent>): SpecContent => ({
    introduction: '',
    glossary: { team: 'people' },
    requirements: [
      {
        id: 'all',
        title: 'All',
        story: { as: 'one', want: 'all', so: 'it is' },
        criteria: [{ the: 'team', shall: 'be' }],
      },
    ],
    overview: '',
    decisions: [],
    facts: [],
    properties: [],
    failures: [],
    groups: [],
    notes: [],
    ...changes,
  });
  const tasks = (...all: Task[]) => content({ groups: [{ title: 'Group', tasks: all }] });
  const property = { title: 'P', holds: 'For every', shownBy: 'by a look' };

  test.each<[string, SpecContent, string]>([
    [
      'a property',
      content({ properties: [{ ...property, validates: ['all.2'] }] }),
      "'P' cites all.2, which does not exist",
    ],
    ['a property', content({ properties: [{ ...property, validates: [] }] }), "'P' cites no requirement"],
    ['a task', tasks(task({ meets: ['none.1'] })), "'Do one thing' cites none.1, which does not exist"],
    ['an order', tasks(task({ after: ['two'] })), "'one' comes after 'two', which does not exist"],
    ['a title', tasks(task({}), task({ id: 'two' })), "two tasks are titled 'Do one thing'"],
    ['an id', tasks(task({}), task({ title: 'Other' })), "two tasks have the id 'one'"],
    [
      'an optional one before',
      tasks(task({ optional: true }), task({ id: 'two', title: 'Other', after: ['one'] })),
      "'two' waits for 'one', which is optional",
    ],
    [
      'a circle',
      tasks(task({ after: ['two'] }), task({ id: 'two', title: 'Other', after: ['one'] })),
      'one, two wait for each other',
    ],
  ])('%s', (_, wrong, message) => {
    expect(() => numbered('spec', wrong, facts)).toThrow(message);
  });

  test('clauses come in the order of EARS', () => {
    expect(earsSentence({ if: 'd', while: 'b', where: 'a', the: 'team', shall: 'do' })).toBe(
      'WHERE a, WHILE b, IF d, THEN THE team SHALL do.',
    );
    expect(earsSentence({ when: 'c', the: 'team', shall: 'do' })).toBe('WHEN c, THE team SHALL do.');
  });
});

test('an id belongs to project and spec, and stays', () => {
  expect(specId('ecotrack', 'one')).toBe(specId('ecotrack', 'one'));
  expect(new Set([specId('ecotrack', 'one'), specId('ecotrack', 'two'), specId('shop', 'one')]).size).toBe(3);
});

describe('ticks', () => {
  const path = '.kiro/specs/workflow-4-gitops-implementation/tasks.md';
  const generated = read('workflow-4-gitops-implementation', 'tasks.md');
  const ticked = generated
    .replace('- [ ] 1. Repository', '- [-] 1. Repository')
    .replace('- [ ] 1.1 ', '- [x] 1.1 ')
    .replace('- [ ] 1.2 ', '- [~] 1.2 ')
    .replace('- [ ]* 2.5 ', '- [x]* 2.5 ');

  test('of every state stay', () => {
    expect(keepTicks(generated, ticked)).toBe(ticked);
    expect(withoutTicks(ticked)).toBe(generated);
  });

  test('stay when a task before moves the numbers', () => {
    const moved = generated.replaceAll(' 1.1 ', ' 1.9 ').replace('1. Repository', '7. Repository');
    const kept = keepTicks(moved, ticked);
    expect(kept).toContain('- [x] 1.9 Make the deployment repository');
    expect(kept).toContain('- [-] 7. Repository');
  });

  test('of a renamed task are lost, and of no other', () => {
    const renamed = generated.replace('1.1 Make the deployment repository', '1.1 Make another repository');
    const kept = keepTicks(renamed, ticked);
    expect(kept).toContain('- [ ] 1.1 Make another repository');
    expect(kept).toContain('- [~] 1.2 ');
    expect(kept).toContain('- [-] 1. Repository');
  });

  test('as some editors write them become those that Kiro reads', () => {
    expect(keepTicks(generated, ticked.replace('[x] 1.1', '[X] 1.1'))).toBe(ticked);
  });

  test('do not touch boxes elsewhere', () => {
    expect(withoutTicks('- [x] no number\ntext - [x] 1. in a line\n')).toBe(
      '- [x] no number\ntext - [x] 1. in a line\n',
    );
  });

  test('are no hand edit, and anything else is', () => {
    const root = mkdtempSync(join(tmpdir(), 'groundplan-ticks-'));
    const owned = new OwnedFiles(root, [...files.values()]);
    owned.write();
    writeFileSync(join(root, path), ticked);
    expect(owned.differences()).toEqual([]);
    writeFileSync(join(root, path), ticked.replace('Repository', 'Our repository'));
    expect(owned.differences()).toEqual([{ path, kind: 'edited' }]);
    expect(() => owned.write()).toThrow(ModelError);
    rmSync(root, { recursive: true, force: true });
  });
});
