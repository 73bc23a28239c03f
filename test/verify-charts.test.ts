// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of Terraform are what is tried.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { charts } from '../lib/providers/charts';
import { ChartFolder } from '../scripts/verify-charts/chart-source';
import { bucketsExist } from '../scripts/verify-charts/checks/buckets';
import { requestsAreCounted } from '../scripts/verify-charts/checks/capacity';
import { containersBehave, imagesArePinned, staleAllowances } from '../scripts/verify-charts/checks/containers';
import { identitiesExist } from '../scripts/verify-charts/checks/identities';
import { ownersAreUnique } from '../scripts/verify-charts/checks/owners';
import { podsAreAdmitted, refusals } from '../scripts/verify-charts/checks/pod-security';
import { objectsAreValid } from '../scripts/verify-charts/checks/schemas';
import { referencesIn, servicesExist } from '../scripts/verify-charts/checks/services';
import { allowances, countedOnly, looseImages, uncounted, undefinedKinds } from '../scripts/verify-charts/exceptions';
import { fillIn } from '../scripts/verify-charts/expressions';
import { Helm } from '../scripts/verify-charts/helm';
import { parseManifest } from '../scripts/verify-charts/manifest';
import { requestsOf } from '../scripts/verify-charts/pods';
import type { RenderedEnvironment, RenderedRelease } from '../scripts/verify-charts/rendered';
import { findingLines, resultTable } from '../scripts/verify-charts/report';
import { facts } from './support/platforms';

const root = resolve(__dirname, '..');

/** A release that prints this text. */
function release(id: string, text: string, changes: Partial<RenderedRelease> = {}): RenderedRelease {
  const { objects, shared } = parseManifest(text);
  const [namespace = ''] = id.split('/');
  return { id, namespace, chart: 'some-chart 1.0.0', values: {}, objects, shared, after: new Set(), ...changes };
}

function environment(releases: readonly RenderedRelease[], changes: Partial<RenderedEnvironment> = {}) {
  return {
    name: 'dev',
    project: 'shop',
    account: '111122223333',
    nodes: 3,
    releases,
    components: [],
    identities: [],
    buckets: [],
    podSecurity: {},
    ...changes,
  };
}

const messages = (findings: readonly { message: string }[]) => findings.map(({ message }) => message);

function workload(kind: string, name: string, container: string, pod = ''): string {
  return `---
# Source: some-chart/templates/${name}.yaml
apiVersion: apps/v1
kind: ${kind}
metadata: {name: ${name}}
spec:
  replicas: 2
  template:
    spec:
      ${pod || 'enableServiceLinks: false'}
      containers: [${container}]
`;
}

const sized = '{name: main, image: "a/b:1", resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 96Mi}}}';

describe('values', () => {
  const account = { region: 'eu-central-1', account: '111122223333' };

  test('expressions get the form that AWS gives them', () => {
    expect(fillIn('{"key":"${aws_kms_key.main.arn}"}', account)).toMatch(
      /"arn:aws:kms:eu-central-1:111122223333:key\//,
    );
    expect(fillIn('${data.x.outputs.cross-stack-output-aws_subnetprivate_1id}', account)).toMatch(/^subnet-/);
    expect(fillIn('${join(",", [for s in x : "${s}"])}-${y.z}', account)).toBe('known-after-apply-known-after-apply');
  });

  test('escaped markers become plain ones', () => {
    expect(fillIn('$${x} %%{y} ${aws_vpc.v.id} $${z}', account)).toMatch(/^\$\{x} %\{y} vpc-\w+ \$\{z}$/);
    expect(fillIn('costs $5 and 10 %', account)).toBe('costs $5 and 10 %');
  });
});

describe('what Helm prints', () => {
  test('is read as Go reads it', () => {
    const text =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: it}\ndata: {mode: 0644, on: yes, time: 12:30, day: 2026-01-01}';
    expect(parseManifest(text).objects[0]?.data).toEqual({ mode: 0o644, true: true, time: '12:30', day: '2026-01-01' });
  });

  test('may hold lists, comments and nothing', () => {
    const text = '---\n# only a comment\n---\n---\napiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret}]';
    expect(parseManifest(text)).toMatchObject({ objects: [{ kind: 'Secret' }], problems: [] });
  });

  test('is a problem where it is not YAML, has a key twice or no kind', () => {
    const text =
      '---\n# Source: a/templates/x.yaml\na: [\n---\n# Source: a/y.yaml\na: 1\na: 2\n---\n# Source: a/z.yaml\na: 1';
    expect(parseManifest(text).problems).toEqual([
      expect.stringContaining('a/templates/x.yaml is not YAML'),
      expect.stringContaining('a/y.yaml is not YAML: Map keys must be unique'),
      'a/z.yaml prints an object without a kind',
    ]);
  });
});

describe('schemas', () => {
  const definition = `---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  names: {kind: Thing}
  versions:
    - {name: v1, served: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}}
    - {name: v1beta1, served: false, schema: {openAPIV3Schema: {type: object}}}
`;
  const thing = (version: string, spec: string) =>
    `---\napiVersion: example.com/${version}\nkind: Thing\nmetadata: {name: it}\nspec: ${spec}\n`;
  const kubernetes = {
    complaints: ({ kind }: { kind: string }) =>
      kind === 'ConfigMap' ? ['ConfigMap/it: wrong'] : kind === 'CustomResourceDefinition' ? [] : undefined,
  };
  const check = objectsAreValid(kubernetes, { recorded: new Map(), unknown: { 'other.com/v1/': 'made at run time' } });
  const after = new Set(['a/crds']);

  test('of Kubernetes and of definitions that another chart prints are held against objects', () => {
    const bad = release('a/bad', `${thing('v1', '{size: "1"}')}${thing('v1', '{colour: red}')}`, { after });
    const config = release('a/config', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: it}');
    expect(messages(check(environment([release('a/crds', definition), bad, config])))).toEqual([
      expect.stringContaining('Thing/it/spec/size: must be integer'),
      expect.stringContaining('Thing/it/spec: must NOT have additional properties'),
      'ConfigMap/it: wrong',
    ]);
  });

  test('take what is right, and drop null as the API server does', () => {
    const good = release('a/good', thing('v1', '{size: 1, colour: null}'), { after });
    const other = release('a/other', 'apiVersion: other.com/v1\nkind: Any\nmetadata: {name: it}');
    expect(check(environment([release('a/crds', definition), good, other]))).toEqual([]);
  });

  test('have to be there, served, and earlier', () => {
    const late = release('a/late', thing('v1', '{size: 1}'));
    const old = release('a/old', thing('v1beta1', '{}'), { after });
    expect(messages(check(environment([release('a/crds', definition), late, old])))).toEqual([
      'Thing/it: example.com/v1/Thing is defined by a/crds, which does not come before it',
      'Thing/it: nothing defines example.com/v1beta1/Thing',
    ]);
  });
});

describe('identities', () => {
  const identities = [{ namespace: 'logs', serviceAccount: 'loki' }];
  const account = (name: string) => `apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: ${name}}`;

  test('belong to a service account that a chart makes in that namespace', () => {
    expect(identitiesExist(environment([release('logs/loki', account('loki'))], { identities }))).toEqual([]);
    const others = [release('logs/loki', account('loki-sa')), release('other/loki', account('loki'))];
    expect(messages(identitiesExist(environment(others, { identities })))).toEqual([
      expect.stringContaining(
        "no chart makes the service account 'loki' that has permissions in AWS; there are loki-sa",
      ),
    ]);
  });

  test('may belong to one that an operator makes', () => {
    const cluster = 'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: loki}';
    expect(identitiesExist(environment([release('logs/db', cluster)], { identities }))).toEqual([]);
  });

  test('are not judged where their chart could not be had', () => {
    const missing = release('logs/loki', '', { unavailable: 'no network' });
    expect(identitiesExist(environment([missing], { identities }))).toEqual([]);
  });
});

describe('services', () => {
  const service =
    'apiVersion: v1\nkind: Service\nmetadata: {name: loki}\nspec: {ports: [{port: 80, targetPort: 3100}]}';
  const pointing = (text: string) => release('apps/client', '', { values: { config: [{ url: text }] } });
  const found = (text: string) => messages(servicesExist(environment([release('logs/loki', service), pointing(text)])));

  test.each([
    ['http://loki.logs.svc/push', []],
    ['loki.logs.svc.cluster.local:80', []],
    ['a = "http://loki.logs.svc:80" # text around it', []],
    ['https://kubernetes.default.svc', []],
    ['*.logs.svc', []],
    ['https://loki.logs.svc/push', ['points at port 443 of the service loki.logs, which has 80']],
    ['http://loki.logs.svc.cluster.local:3100', ['points at port 3100 of the service loki.logs, which has 80']],
    ['http://loki-gateway.logs.svc', ['points at the service loki-gateway.logs, which nothing makes']],
    ['loki.log.svc', ['points at the service loki.log, which nothing makes']],
  ])('%s', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  test('of pods are found behind the name of the pod, at the port of the pod', () => {
    expect(referencesIn('http://loki-0.headless.logs.svc.cluster.local:3100')).toEqual([
      { namespace: 'logs', name: 'headless', port: 3100 },
    ]);
    const headless = service.replace('loki}', 'headless}').replace('{ports', '{clusterIP: None, ports');
    const client = pointing('loki-0.headless.logs.svc:3100');
    expect(servicesExist(environment([release('logs/loki', headless), client]))).toEqual([]);
  });

  test('made by an operator follow from its custom resource', () => {
    const database = 'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: main}';
    const releases = [release('data/db', database), pointing('postgres://main-rw.data.svc:5432/app')];
    expect(servicesExist(environment(releases))).toEqual([]);
    const wrong = [release('data/db', database), pointing('main-rx.data.svc:5432')];
    expect(servicesExist(environment(wrong))).toHaveLength(1);
  });

  test('are what the gateway routes to', () => {
    const route = (port: number) =>
      release(
        'apps/route',
        `apiVersion: a/v1\nkind: Mapping\nmetadata: {name: it}\nspec: {service: "loki.logs:${port}"}`,
      );
    expect(servicesExist(environment([release('logs/loki', service), route(80)]))).toEqual([]);
    expect(servicesExist(environment([release('logs/loki', service), route(8080)]))).toHaveLength(1);
  });

  test('are not judged where the chart of that name could not be had', () => {
    const missing = release('logs/mimir', '', {
      unavailable: 'no network',
      chart: 'mimir-distributed 6.2.0',
      values: { fullnameOverride: 'metrics' },
    });
    expect(servicesExist(environment([missing, pointing('http://mimir-distributed.logs.svc')]))).toEqual([]);
    expect(servicesExist(environment([missing, pointing('http://metrics-query.logs.svc')]))).toEqual([]);
    expect(servicesExist(environment([missing, pointing('http://mimir-gateway.logs.svc')]))).toEqual([]);
    expect(servicesExist(environment([missing, pointing('http://loki.logs.svc')]))).toHaveLength(1);
  });
});

test.each([
  ['a key', { storage: { bucketNames: { chunks: 'elsewhere' } } }],
  ['a URL', { args: ['aws s3 cp x s3://elsewhere/path'] }],
  ['the form of our names', { config: 'bucket = "shop-dev-elsewhere-111122223333"' }],
])('a bucket named by %s has to be created', (_, values) => {
  const named = environment([release('logs/loki', '', { values })]);
  expect(messages(bucketsExist(named))).toEqual([
    expect.stringMatching(/names the bucket '.*elsewhere.*', which nothing/),
  ]);
  const buckets = ['elsewhere', 'shop-dev-elsewhere-111122223333'];
  expect(bucketsExist({ ...named, buckets })).toEqual([]);
});

describe('containers', () => {
  test('say what they need, init containers too', () => {
    const pod = 'initContainers: [{name: init, resources: {requests: {cpu: 1m, memory: 1Mi}}}]';
    const bare = release('a/b', workload('Deployment', 'it', '{name: main}', pod));
    expect(messages(containersBehave([])(environment([bare])))).toEqual([
      'Deployment/it/init has no memory limit',
      'Deployment/it/main has no CPU request, no memory request, no memory limit',
    ]);
    expect(containersBehave([])(environment([release('a/b', workload('Job', 'it', sized))]))).toEqual([]);
  });

  test('stay inside their walls unless a reason is given', () => {
    const pod = 'hostNetwork: true, volumes: [{name: v, hostPath: {path: /}}]'.replace(/, volumes/, '\n      volumes');
    const open = sized.replace('{name', '{securityContext: {privileged: true, capabilities: {add: [SYS_ADMIN]}}, name');
    const agent = release('a/agent', workload('DaemonSet', 'it', open, pod));
    expect(messages(containersBehave([])(environment([agent])))).toEqual([
      'DaemonSet/it has hostNetwork, hostPath',
      'DaemonSet/it/main has privileged, SYS_ADMIN',
    ]);
    const excused = [
      { release: 'agent', what: 'DaemonSet/it', rights: ['hostNetwork', 'hostPath'], reason: '' },
      { release: 'agent', what: 'DaemonSet/it/main', rights: ['privileged', 'SYS_ADMIN'], reason: '' },
    ];
    expect(containersBehave(excused)(environment([agent]))).toEqual([]);
    expect(staleAllowances(excused, [agent])).toEqual([]);
    expect(staleAllowances(excused, [release('a/agent', workload('DaemonSet', 'it', sized))])).toEqual(excused);
  });

  test('have images of a fixed version', () => {
    const image = (name: string) => release('a/b', workload('Job', 'it', sized.replace('a/b:1', name)));
    const check = imagesArePinned([{ release: 'b', image: 'auto' }]);
    for (const name of ['a/b:1', 'localhost:5000/a:1', 'a@sha256:00', 'auto']) {
      expect(check(environment([image(name)]))).toEqual([]);
    }
    for (const name of ['a/b', 'a/b:latest', 'localhost:5000/a'])
      expect(check(environment([image(name)]))).toHaveLength(1);
  });
});

describe('requests', () => {
  const counted = { name: 'main', replicas: 2, perNode: false, cpu: 100, memory: 64 };
  const component = { id: 'tool', releases: ['a/tool'], pods: [counted], sidecar: { cpu: 0, memory: 0 } };
  const check = requestsAreCounted([], []);
  const tool = (text: string) => [release('a/tool', text)];

  test('are those of the capacity table', () => {
    const components = [component];
    expect(check(environment(tool(workload('Deployment', 'it', sized)), { components }))).toEqual([]);
    const more = tool(workload('Deployment', 'it', sized.replace('100m', '150m')));
    expect(messages(check(environment(more, { components })))).toEqual([
      'tool asks for 300m 128Mi in 2 pods, counted are 200m 128Mi in 2 pods: Deployment/it 300m 128Mi in 2 pods',
    ]);
    expect(check(environment(tool(''), { components }))).toHaveLength(1);
  });

  test('of a DaemonSet count on every node', () => {
    const components = [{ ...component, pods: [{ ...counted, perNode: true }] }];
    expect(check(environment(tool(workload('DaemonSet', 'it', sized)), { components }))).toEqual([]);
  });

  test('count as often as the autoscaler has at least', () => {
    const autoscaler =
      '---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: it}\nspec: {minReplicas: 3, scaleTargetRef: {kind: Deployment, name: it}}';
    const components = [{ ...component, pods: [{ ...counted, replicas: 3 }] }];
    expect(check(environment(tool(workload('Deployment', 'it', sized) + autoscaler), { components }))).toEqual([]);
  });

  test('of pods that an operator makes come from its custom resource', () => {
    const pool =
      'apiVersion: kafka.strimzi.io/v1\nkind: KafkaNodePool\nmetadata: {name: it}\nspec: {replicas: 2, resources: {requests: {cpu: 100m, memory: 64Mi}}}';
    expect(check(environment(tool(pool), { components: [component] }))).toEqual([]);
  });

  test('include the proxy of the mesh, except for pods that refuse it', () => {
    const components = [{ ...component, sidecar: { cpu: 50, memory: 32 } }];
    const deployment = workload('Deployment', 'it', sized);
    expect(check(environment(tool(deployment), { components }))).toEqual([]);
    const refusing = deployment.replace(
      '  template:',
      '  template:\n    metadata: {labels: {sidecar.istio.io/inject: "false"}}',
    );
    expect(check(environment(tool(refusing), { components }))).toHaveLength(1);
  });

  test('may be left out of the comparison with a reason', () => {
    const components = [{ ...component, pods: [counted, { ...counted, name: 'run' }] }];
    const text = workload('Deployment', 'it', sized) + workload('Job', 'hook', sized);
    const lists = [
      [{ component: 'tool', pods: ['run'], reason: '' }],
      [{ component: 'tool', what: 'Job/hook', reason: '' }],
    ] as const;
    expect(requestsAreCounted(...lists)(environment(tool(text), { components }))).toEqual([]);
  });

  test('of a pod are the larger of its init containers and what stays', () => {
    const container = (cpu: string, more = {}) => ({ ...more, resources: { requests: { cpu, memory: '1Mi' } } });
    const initContainers = [container('300m'), container('50m', { restartPolicy: 'Always' })];
    expect(requestsOf({ initContainers, containers: [container('100m')] })).toEqual({ cpu: 300, memory: 2 });
  });
});

test('an object has one release that makes it', () => {
  const config = (where: string) =>
    `# Source: some-chart/${where}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: it}`;
  const both = (where: string) => [release('a/one', config(where)), release('a/two', config(where))];
  expect(messages(ownersAreUnique(environment(both('templates/it.yaml'))))).toEqual([
    'ConfigMap/it is made by a/one too',
  ]);
  expect(ownersAreUnique(environment(both('crds/it.yaml')))).toEqual([]);
  expect(ownersAreUnique(environment([release('a/one', config('x')), release('b/one', config('x'))]))).toEqual([]);
});

test('pods are admitted at the level of their namespace', () => {
  const releases = [release('a/tool', workload('Deployment', 'it', sized))];
  expect(podsAreAdmitted(environment(releases, { podSecurity: { a: 'baseline' } }))).toEqual([]);
  expect(messages(podsAreAdmitted(environment(releases, { podSecurity: { a: 'restricted' } })))).toEqual([
    'Deployment/it is refused in a restricted namespace: allowPrivilegeEscalation is not off, capabilities are kept, runAsNonRoot is not set, no seccomp profile',
  ]);
  const confined = {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [{ securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
  };
  expect(refusals(confined, 'restricted')).toEqual([]);
  expect(refusals({ ...confined, hostPID: true }, 'baseline')).toEqual(['hostPID']);
});

describe('charts from a folder', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'groundplan-'));
    for (const [name, version] of [
      ['loki', charts.loki.version],
      ['istio-base', '0.0.1'],
    ] as const) {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'Chart.yaml'), `name: ${name}\nversion: ${version}\n`);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('have the pinned version', async () => {
    const source = new ChartFolder(folder);
    await expect(source.folderOf(charts.loki)).resolves.toBe(join(folder, 'loki'));
    await expect(source.folderOf(charts.istioBase)).rejects.toThrow('holds version 0.0.1, pinned is');
    await expect(source.folderOf(charts.tempo)).rejects.toThrow('has no tempo');
  });
});

test('the report has a line per finding and a row per release', () => {
  const outcome = (name: string, findings: { release: string; message: string }[]) => ({
    environment: environment([release('a/tool', ''), release('a/gone', '', { unavailable: 'no network' })], { name }),
    findings,
  });
  const finding = { release: 'a/tool', message: 'is wrong' };
  const outcomes = [outcome('dev', [finding]), outcome('prod', [finding, { ...finding, message: 'is late' }])];
  expect(findingLines(outcomes)).toEqual(['[dev, prod] a/tool: is wrong', '[prod] a/tool: is late']);
  expect(resultTable(outcomes).split('\n')).toEqual([
    expect.stringMatching(/^Release +Chart +dev +prod$/),
    expect.stringMatching(/^a\/gone +some-chart 1.0.0 +not available +not available$/),
    expect.stringMatching(/^a\/tool +some-chart 1.0.0 +1 problem +2 problems$/),
  ]);
});

test('every exception has a reason', () => {
  const reasons = [...allowances, ...looseImages, ...countedOnly, ...uncounted].map(({ reason }) => reason);
  expect([...reasons, ...Object.values(undefinedKinds)].filter((reason) => reason.length < 20)).toEqual([]);
});

describe('the command', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, ['scripts/run.mjs', 'scripts/verify-charts.ts', ...args], {
      cwd: root,
      encoding: 'utf8',
    });

  test('tells how it is called', () => {
    expect(run('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--allow-missing') });
  });

  test.each([
    [
      'an unknown environment',
      ['--env', 'qa'],
      `There is no environment 'qa', but ${Object.keys(facts).join(', ')}.\n`,
    ],
    ['an unknown option', ['--chart', 'x'], "Unknown option '--chart'. See: npm run verify:charts -- --help\n"],
  ])('refuses %s in one line', (_, args, stderr) => {
    expect(run(...args)).toMatchObject({ status: 1, stdout: '', stderr });
  });

  (Helm.find() ? test : test.skip)('refuses a folder that is not there in one line', () => {
    const { status, stderr } = run('--charts', '/nowhere');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '/nowhere: there is no such folder of charts.\n' });
  });
});
