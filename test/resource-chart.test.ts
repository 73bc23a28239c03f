// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the marks of Terraform are what is tried.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dev } from '../environments';
import { PlatformApp } from '../lib';
import { Helm } from '../scripts/verify-charts/helm';
import { parseManifest } from '../scripts/verify-charts/manifest';
import { platform } from '../stacks/platform';
import { environmentOf } from './support/platforms';

const helm = Helm.find();
if (!helm) console.warn('Skipped: there is no helm. Install it, or run: npm run fetch:helm');
const suite = helm ? describe : describe.skip;

suite('the chart of custom resources, as synthesis writes it', () => {
  let folder: string;
  let chart: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'groundplan-'));
    const app = new PlatformApp({ project: 'ecotrack', environments: [dev], outdir: join(folder, 'cdktf.out') });
    for (const environment of app.environments) platform(app, environment);
    app.synth();
    chart = join(folder, 'cdktf.out/stacks/dev-data/charts/resources');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function render(resources: unknown) {
    const values = join(folder, 'values.json');
    writeFileSync(values, JSON.stringify({ resources }));
    const text = await (helm as Helm).template({
      chart,
      values,
      name: 'resources',
      namespace: 'somewhere',
      kubeVersion: `${dev.cluster.version}.0`,
      apiVersions: [],
      skipCrds: false,
    });
    return { values, ...parseManifest(text) };
  }

  const object = (spec: unknown, name = 'it') => ({
    apiVersion: 'example.com/v1',
    kind: 'Example',
    metadata: { name },
    spec,
  });

  test.each<[string, unknown]>([
    ['a text that looks like a number', { version: '1.20', octal: '0755', exponent: '1e3', time: '12:30' }],
    ['a text that looks like a truth value', { a: 'true', b: 'no', c: 'on', d: 'null', e: '~', f: 'y' }],
    ['truth values', { on: true, off: false }],
    ['large integers', { bytes: 1_073_741_824, largest: Number.MAX_SAFE_INTEGER, negative: -5_000_000_000 }],
    ['fractions', { share: 0.1, small: 0.000_001 }],
    ['templates of Helm', { text: '{{ x }}', nested: '{{ range .Values }}{{ end }}', comment: '{{/* x */}}' }],
    ['templates of Terraform and the shell', { a: '${x}', b: '$(VAR)', c: '%{ if x }', d: '$${x}' }],
    ['texts of several lines', { script: '#!/bin/sh\nset -e\n  indented\n', noNewline: 'a\nb', blank: '\n\na\n\n' }],
    ['quotes, tabs and letters of any script', { a: `'"\\`, b: '\ttab\t', c: 'größe 尺寸 🚀', d: ' padded ' }],
    [
      'marks of YAML',
      { a: '---', b: '- x', c: 'a: b', d: '# no comment', e: '&anchor', f: '*alias', g: '!tag', h: '|' },
    ],
    ['nothing', { nothing: null, empty: '', list: [], map: {} }],
    ['keys that look like something else', { '1': 'one', true: 'yes', 'a/b.c': 'd', 'key: with colon': 'x', y: 'z' }],
    ['a date', { day: '2026-01-01', moment: '2026-01-01T00:00:00Z' }],
  ])('keeps %s', async (_, spec) => {
    const { objects, problems } = await render([object(spec)]);
    expect(problems).toEqual([]);
    expect(objects).toEqual([object(spec)]);
  });

  test('keeps long names and many objects, in their order', async () => {
    const objects = Array.from({ length: 50 }, (_, index) => object({ index }, `${'n'.repeat(250)}-${index}`));
    expect((await render(objects)).objects).toEqual(objects);
  });

  test('is empty without objects, and has nothing that lint objects to', async () => {
    const { objects, values } = await render([]);
    expect(objects).toEqual([]);
    await expect((helm as Helm).lint(chart, values)).resolves.toContain('0 chart(s) failed');
  });

  test('prints what the releases of dev were given, object for object', async () => {
    const releases = environmentOf('dev').releases.filter(({ chart }) => chart.startsWith('./'));
    expect(releases.length).toBeGreaterThan(40);
    const given = releases.flatMap(({ values }) => values.resources as { kind: string }[]);
    const { objects } = await render(given);
    // Helm sorts objects by kind, in the order in which kinds need each other.
    const sorted = (all: readonly unknown[]) => all.map((one) => JSON.stringify(one, sortedKeys)).toSorted();
    expect(sorted(objects)).toEqual(sorted(given));
  });
});

function sortedKeys(_: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
