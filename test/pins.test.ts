import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chart } from '../lib/providers/chart';
import { addressesIn, blocksOf, describe as describeDifference, difference } from '../scripts/addresses/difference';
import { type Installation, type Known, pinsOf } from '../scripts/pins/pins';
import { askRepository, challengeOf, type Get } from '../scripts/pins/repositories';
import { accepts, isNewer, isWithin, newest } from '../scripts/pins/versions';
import { environmentOf, facts } from './support/platforms';
import { root } from './support/sources';

describe('versions', () => {
  test.each([
    [undefined, '1.34', true],
    ['>=1.25', '1.34', true],
    ['>= 1.22.0-0', '1.34', true],
    ['^1.32.0-0', '1.34', true],
    ['>=1.34', '1.33', false],
    ['>=1.25 <1.34', '1.34', false],
  ])('range %s and Kubernetes %s', (range, kubernetes, expected) => {
    expect(accepts(range, kubernetes)).toBe(expected);
  });

  test('a table may be stricter than a chart, never looser', () => {
    expect(isWithin('>=1.25', '>=1.25.0-0')).toBe(true);
    expect(isWithin('>=1.34', undefined)).toBe(true);
    expect(isWithin(undefined, '>=1.25')).toBe(false);
    expect(isWithin('>=1.22', '>=1.25.0-0')).toBe(false);
  });

  test('the newest tag is a released version, whatever else lies beside it', () => {
    expect(newest(['1.9.0', '1.10.0', '1.11.0-rc.1', 'latest', 'sha256-ab.sig'])).toBe('1.10.0');
    expect(newest(['v1.9.0', 'v1.21.1'])).toBe('v1.21.1');
    expect(newest(['latest'])).toBeUndefined();
    expect([isNewer('v1.22.0', 'v1.21.1'), isNewer('1.0.0', '1.0.0'), isNewer(undefined, '1.0.0')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('repositories', () => {
  const json = (body: unknown, init?: ResponseInit) => new Response(JSON.stringify(body), init);

  test('an index of charts is read', async () => {
    const index = 'entries:\n  a:\n    - version: 1.0.0\n    - version: 1.2.0\n  b:\n    - version: 9.0.0\n';
    const get: Get = async (url) => new Response(url === 'https://charts.example/index.yaml' ? index : '{}');
    const { newest: found, failure } = await askRepository('https://charts.example/', ['a', 'c'], get);
    expect([failure, [...found]]).toEqual([undefined, [['a', '1.2.0']]]);
  });

  test('a registry gives a pass first, then tags in pages', async () => {
    const asked: string[] = [];
    const get: Get = async (url, headers) => {
      asked.push(url);
      if (url.startsWith('https://pass.example/')) return json({ token: 'pass' });
      if (headers?.authorization !== 'Bearer pass') {
        const challenge = 'Bearer realm="https://pass.example/token",service="registry",scope="repository:x/a:pull"';
        return json({}, { status: 401, headers: { 'www-authenticate': challenge } });
      }
      if (url.endsWith('last=1.0.0')) return json({ tags: ['2.0.0'] });
      return json({ tags: ['1.0.0'] }, { headers: { link: '</v2/x/a/tags/list?last=1.0.0>; rel="next"' } });
    };
    const { newest: found, failure } = await askRepository('oci://registry.example/x', ['a'], get);
    expect([failure, [...found]]).toEqual([undefined, [['a', '2.0.0']]]);
    expect(asked).toEqual([
      'https://registry.example/v2/x/a/tags/list?n=1000',
      'https://pass.example/token?service=registry&scope=repository%3Ax%2Fa%3Apull',
      'https://registry.example/v2/x/a/tags/list?n=1000',
      'https://registry.example/v2/x/a/tags/list?last=1.0.0',
    ]);
  });

  test('what does not answer is told once, with the reason', async () => {
    const unreachable: Get = async () => {
      throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ENOTFOUND' } });
    };
    const refusing: Get = async () => json({}, { status: 403 });
    const locked: Get = async () => json({}, { status: 401 });
    const failures = [unreachable, refusing, locked].map((get) =>
      askRepository('oci://registry.example/x', ['a', 'b'], get),
    );
    expect((await Promise.all(failures)).map(({ failure }) => failure)).toEqual([
      'cannot be reached (ENOTFOUND)',
      'answers 403',
      'asks for a password',
    ]);
    expect(challengeOf('Basic')).toEqual({});
  });
});

describe('pins', () => {
  const chart: Chart = {
    name: 'tool',
    repository: 'https://charts.example',
    version: '2.0.0',
    appVersion: '1',
    kubeVersion: '>=1.34',
    crds: 'installed-once',
    groups: ['tool.example'],
  };
  const nothing: Known = { recorded: () => undefined, newest: () => undefined };
  const installed = (kubernetes: string, used: Chart = chart): Installation => ({
    name: 'dev',
    kubernetes,
    charts: [used],
  });
  const problemsOf = (installation: Installation, known = nothing) =>
    pinsOf([chart], [installation], known).flatMap(({ problems }) => problems);

  test('a pin that fits has no problem', () => {
    expect(problemsOf(installed('1.34'))).toEqual([]);
  });

  test('a cluster outside of the range is one', () => {
    expect(problemsOf(installed('1.33'))).toEqual(['tool 2.0.0 wants Kubernetes >=1.34, and dev runs 1.33']);
  });

  test('so is a version beside the table', () => {
    expect(problemsOf(installed('1.34', { ...chart, version: '1.9.0' }))).toEqual([
      'dev installs tool 1.9.0, and the table says 2.0.0',
    ]);
  });

  test('and a range that the very chart does not have', () => {
    const recorded = (version: string): Known => ({
      ...nothing,
      recorded: () => ({ version, kubeVersion: '>=1.35.0-0' }),
    });
    expect(problemsOf(installed('1.34'), recorded('2.0.0'))).toEqual([
      'tool 2.0.0 is for Kubernetes >=1.35.0-0, and the table says >=1.34',
    ]);
    expect(problemsOf(installed('1.34'), recorded('2.1.0'))).toEqual([]);
  });

  test('definitions that Helm leaves alone get a command for the version to come', () => {
    const stepOf = (pin: Chart, known = nothing) => pinsOf([pin], [], known)[0]?.step;
    const apply = '| kubectl apply --server-side --force-conflicts -f -';
    expect(stepOf(chart, { ...nothing, newest: () => '2.1.0' })).toBe(
      `helm show crds tool --repo https://charts.example --version 2.1.0 ${apply}`,
    );
    expect(stepOf({ ...chart, repository: 'oci://registry.example/x' })).toBe(
      `helm show crds oci://registry.example/x/tool --version "$VERSION" ${apply}`,
    );
    expect(stepOf({ ...chart, crds: 'kept' })).toBeUndefined();
    expect(stepOf({ ...chart, groups: undefined })).toBeUndefined();
  });
});

describe('addresses', () => {
  const none = { moved: [], removed: [] };

  test('the snapshot of the tests is read back', () => {
    const found = addressesIn(readFileSync(join(root, 'test/__snapshots__/platform.test.ts.snap'), 'utf8'));
    expect([...found.keys()].toSorted()).toEqual(Object.keys(facts).toSorted());
    for (const [name, addresses] of found) expect(addresses).toEqual(environmentOf(name).addresses);
  });

  test('what is gone is destroyed, what has come is created, what is read is neither', () => {
    const before = ['dev-a/x.one', 'dev-a/x.two', 'dev-a/data.x.three'];
    const after = ['dev-a/x.two', 'dev-a/x.four'];
    expect(difference('dev', before, after, none)).toEqual({
      environment: 'dev',
      destroyed: ['dev-a/x.one'],
      created: ['dev-a/x.four'],
      moved: [],
      removed: [],
    });
  });

  test('moved and removed blocks take care of what is gone, if they lead to something', () => {
    const document = {
      moved: [
        { from: 'x.one', to: 'x.new' },
        { from: 'x.two', to: 'x.nowhere' },
      ],
      removed: [{ from: 'x.three' }],
    };
    const before = ['dev-a/x.one', 'dev-a/x.two', 'dev-a/x.three', 'dev-b/x.one'];
    const found = difference('dev', before, ['dev-a/x.new'], blocksOf('dev-a', document));
    expect(found).toEqual({
      environment: 'dev',
      destroyed: ['dev-a/x.two', 'dev-b/x.one'],
      created: [],
      moved: [{ from: 'dev-a/x.one', to: 'dev-a/x.new' }],
      removed: ['dev-a/x.three'],
    });
    expect(describeDifference(found)).toBe(
      [
        'dev: 2 destroyed, 0 created, 1 moved, 1 removed',
        '  - dev-a/x.two',
        '  - dev-b/x.one',
        '  > dev-a/x.one -> dev-a/x.new',
        '  x dev-a/x.three',
      ].join('\n'),
    );
    expect(describeDifference(difference('dev', ['dev-a/x.one'], ['dev-a/x.one'], none))).toBe('dev: same addresses');
  });
});
