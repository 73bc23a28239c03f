import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { dev, prod, staging } from '../../environments';
import { type EnvironmentFacts, ModelError, PlatformApp } from '../../lib';
import { type CheckOptions, checkServers } from '../../lib/kiro/mcp/check';
import { type Circumstances, choose, circumstances } from '../../lib/kiro/mcp/detect';
import { packageOf } from '../../lib/kiro/mcp/package-spec';
import { readRecordings, recordedList } from '../../lib/kiro/mcp/recorded-tools';
import { mcpApprovedEnvVars, mcpVariables } from '../../lib/kiro/mcp/required-variables';
import { listed, verdictsOf } from '../../lib/kiro/mcp/server-kind';
import { serverKinds } from '../../lib/kiro/mcp/servers';
import { mcpServers, mcpSettings } from '../../lib/kiro/mcp/settings';
import {
  chosenEnvironment,
  environmentsIn,
  parseSettings,
  printSettings,
  type ServerSettings,
  type Settings,
  settingsPath,
} from '../../lib/kiro/mcp/settings-file';
import { carryOver, enable } from '../../lib/kiro/mcp/switch';
import { useEnvironment } from '../../lib/kiro/mcp/use';
import { PlatformModel } from '../../lib/kiro/model';
import { platform } from '../../stacks/platform';
import { root } from '../support/sources';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'groundplan-mcp-test-'));
  folders.push(folder);
  return folder;
}

function modelOf(...environments: EnvironmentFacts[]): PlatformModel {
  const app = new PlatformApp({ project: 'ecotrack', environments, outdir: join(temporary(), 'out') });
  for (const environment of app.environments) platform(app, environment);
  return new PlatformModel(app);
}

const model = modelOf(dev, staging, prod);
const generated = mcpSettings(model)[0]?.content ?? '';
const settings = parseSettings(generated);
const servers = Object.entries(settings.mcpServers);
const named = (name: string): ServerSettings => settings.mcpServers[name] as ServerSettings;

/** A project whose settings are these. */
function project(content: Settings | string = generated): string {
  const folder = temporary();
  mkdirSync(join(folder, dirname(settingsPath)), { recursive: true });
  writeFileSync(join(folder, settingsPath), typeof content === 'string' ? content : printSettings(content));
  return folder;
}

const settingsIn = (folder: string) => parseSettings(readFileSync(join(folder, settingsPath), 'utf8'));

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof ModelError) return error.problems[0]?.code;
    throw error;
  }
  return undefined;
}

describe('the settings hold what Kiro reads', () => {
  const readByKiro = ['command', 'args', 'env', 'disabled', 'autoApprove', 'disabledTools', 'timeout'];

  test('nothing beside mcpServers, and a file of JSON that ends with a line feed', () => {
    expect(Object.keys(JSON.parse(generated))).toEqual(['mcpServers']);
    expect(generated).toMatch(/\}\n$/);
    expect(generated).not.toContain('\r');
  });

  test('every server is started here, by keys that are read, and with no caching, batching or pooling', () => {
    const odd = servers.flatMap(([name, server]) =>
      Object.keys(server)
        .filter((key) => !readByKiro.includes(key))
        .map((key) => `${name}.${key}`),
    );
    expect(odd).toEqual([]);
    expect(servers.filter(([, { command, url }]) => !command || url)).toEqual([]);
  });

  test('names fit the length that Kiro has for them, for the longest environment too', () => {
    expect(servers.map(([name]) => name).filter((name) => !/^[a-z0-9-]{1,20}$/.test(name))).toEqual([]);
    const keys = serverKinds.filter(({ scope }) => scope === 'environment').map(({ key }) => `${key}-abcdefghij`);
    expect(keys.filter((key) => key.length > 20)).toEqual([]);
  });

  test('approved and disabled tools are plain names, and no tool is both', () => {
    for (const [name, { autoApprove = [], disabledTools = [] }] of servers) {
      const all = [...autoApprove, ...disabledTools];
      expect(all.filter((tool) => !/^[a-zA-Z][a-zA-Z0-9_]*$/.test(tool))).toEqual([]);
      expect(all.filter((tool) => `mcp_${name}_${tool}`.length > 64)).toEqual([]);
      expect(new Set(all).size).toBe(all.length);
    }
  });

  test('no approved name holds a verb that changes something', () => {
    const verbs = /create|apply|delete|destroy|scale|exec|update|write|patch|trigger|merge|push|run_|sync/i;
    expect(servers.flatMap(([, { autoApprove = [] }]) => autoApprove).filter((tool) => verbs.test(tool))).toEqual([]);
  });

  test('a start may take as long as the facts say, and never less than a first one takes', () => {
    for (const [, { timeout = 0 }] of servers) {
      expect(timeout).toBeGreaterThanOrEqual(1);
      expect(timeout).toBeLessThanOrEqual(600_000);
    }
    expect(named('k8s-prod').timeout).toBe(prod.assistant.timeout.inSeconds * 1000);
    expect(named('aws-watch-prod').timeout).toBeGreaterThan(prod.assistant.timeout.inSeconds * 1000);
  });

  test('dollars are variables, only in env, and exactly the documented ones', () => {
    const inEnv = servers.flatMap(([, { env = {} }]) => Object.values(env)).filter((value) => value.includes('$'));
    expect(inEnv.filter((value) => !/^\$\{[A-Z_][A-Z0-9_]*\}$/.test(value))).toEqual([]);
    const elsewhere = servers.map(([, { env: _env, ...rest }]) => JSON.stringify(rest));
    expect(elsewhere.filter((text) => text.includes('$'))).toEqual([]);
    const used = [...new Set(inEnv.map((value) => value.slice(2, -1)))].toSorted();
    expect(used).toEqual(mcpApprovedEnvVars(model));
  });

  test('no literal secret, no account, no path of somebody', () => {
    const secretive = servers.flatMap(([, { env = {} }]) =>
      Object.entries(env).filter(([name, value]) => /TOKEN|SECRET|PASSWORD|KEY$/.test(name) && !value.startsWith('${')),
    );
    expect(secretive).toEqual([]);
    expect(generated).not.toMatch(/\d{12}|\/home\/|\/Users\/|~\//);
  });

  test('every package is pinned to one version', () => {
    const loose = servers.filter(([, server]) => !packageOf(server)?.pinned).map(([name]) => name);
    expect(loose).toEqual([]);
    expect(generated).not.toContain('@latest');
  });

  test('Python servers take no library that is younger than the look at them', () => {
    const python = servers.filter(([, { command }]) => command === 'uvx');
    expect(python.length).toBeGreaterThan(3);
    expect(python.filter(([, { args = [] }]) => args[0] !== '--exclude-newer')).toEqual([]);
  });

  test('two runs give the same bytes', () => {
    expect(mcpSettings(modelOf(dev, staging, prod))[0]?.content).toBe(generated);
  });
});

describe('each environment has servers of its own', () => {
  test('in the order from the loosest to the strictest, whatever order they are declared in', () => {
    expect(environmentsIn(settings)).toEqual(['dev', 'staging', 'prod']);
    expect(environmentsIn(parseSettings(mcpSettings(modelOf(prod, staging, dev))[0]?.content ?? ''))).toEqual([
      'dev',
      'staging',
      'prod',
    ]);
  });

  test('AWS, EKS, Kubernetes, metrics, logs, traces, GitHub, Argo CD, Terraform and documentation are there', () => {
    expect(servers.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        ...['aws-docs', 'terraform', 'github'],
        ...['k8s', 'eks', 'aws-watch', 'grafana', 'argocd'].flatMap((key) =>
          ['dev', 'staging', 'prod'].map((name) => `${key}-${name}`),
        ),
      ]),
    );
    expect(named('grafana-staging').args?.at(-1)).toMatch(/prometheus.*loki,tempo/);
    expect(named('github').args).toContain('repos,pull_requests,actions');
  });

  test('each environment has a kubeconfig and a profile of its own', () => {
    expect(['dev', 'staging', 'prod'].map((name) => named(`k8s-${name}`).env?.KUBECONFIG)).toEqual([
      '${KUBECONFIG_DEV}',
      '${KUBECONFIG_STAGING}',
      '${KUBECONFIG_PROD}',
    ]);
    expect(new Set(['dev', 'staging', 'prod'].map((name) => named(`eks-${name}`).env?.AWS_PROFILE)).size).toBe(3);
  });

  test('addresses come from the components', () => {
    expect(named('grafana-dev').env?.GRAFANA_URL).toBe('https://grafana.dev.ecotrack.example');
    expect(named('argocd-prod').env?.ARGOCD_BASE_URL).toBe('https://argocd.ecotrack.example');
  });

  test('staging and prod are read-only by the flag of each server that has one', () => {
    for (const name of ['staging', 'prod']) {
      expect(named(`k8s-${name}`).args).toContain('--read-only');
      expect(named(`argocd-${name}`).env?.MCP_READ_ONLY).toBe('true');
      expect(named(`grafana-${name}`).args).toContain('--disable-write');
      expect(named(`eks-${name}`).args).toEqual(
        expect.arrayContaining(['--no-allow-write', '--no-allow-sensitive-data-access']),
      );
    }
    expect(named('github').args).toContain('--read-only');
    expect(named('k8s-dev').args).not.toContain('--read-only');
  });

  test('the stricter an environment, the less is called without asking', () => {
    for (const key of ['k8s', 'eks', 'aws-watch', 'grafana', 'argocd']) {
      const approved = (name: string) => named(`${key}-${name}`).autoApprove ?? [];
      expect(approved('dev')).toEqual(expect.arrayContaining([...approved('staging')]));
      expect(approved('staging')).toEqual(expect.arrayContaining([...approved('prod')]));
    }
    expect(named('k8s-dev').autoApprove).toContain('pods_log');
    expect(named('k8s-staging').autoApprove).not.toContain('pods_log');
  });

  test('what deletes or runs commands is shown to the model nowhere', () => {
    expect(named('k8s-dev').disabledTools).toEqual(
      expect.arrayContaining(['pods_delete', 'pods_exec', 'resources_delete']),
    );
    expect(named('argocd-dev').disabledTools).toContain('delete_application');
    expect(named('eks-dev').disabledTools).toEqual(expect.arrayContaining(['apply_yaml', 'manage_eks_stacks']));
  });

  test('logs are bounded by the server: time, range and lines', () => {
    expect(named('grafana-dev').args).toEqual(
      expect.arrayContaining([
        `--grafana-timeout=${dev.assistant.timeout.inSeconds}s`,
        '--loki-guardrail-mode=enforce',
        '--loki-guardrail-max-range=24h',
        '--max-loki-log-limit=100',
      ]),
    );
  });

  test('a tool of the platform that is not there has no server', () => {
    const without = modelOf({ ...dev, workflows: { observability: false, gitops: false, mesh: false } });
    const names = mcpServers(without).map(({ name }) => name);
    expect(names).toContain('k8s-dev');
    expect(names.filter((name) => /grafana|promql|argocd/.test(name))).toEqual([]);
  });

  test('an environment that copies prod is as strict as prod', () => {
    const copy = { ...prod, name: 'drill', network: { ...prod.network, cidr: '10.7.0.0/16' } };
    const drill = mcpServers(modelOf(copy)).find(({ name }) => name === 'k8s-drill');
    expect(drill?.settings.args).toEqual(named('k8s-prod').args);
    expect(drill?.settings.autoApprove).toEqual(named('k8s-prod').autoApprove);
  });

  test('every variable says what it is and how its value is made with the names of the platform', () => {
    const variables = mcpVariables(model);
    expect(variables.find(({ name }) => name === 'KUBECONFIG_DEV')?.how).toContain('--name ecotrack-dev-cluster');
    expect(variables.find(({ name }) => name === 'PROMETHEUS_URL_DEV')?.how).toMatch(/-n monitoring port-forward/);
    expect(variables.filter(({ meaning, servers: users }) => !meaning || users.length === 0)).toEqual([]);
  });
});

describe('one environment is on at a time', () => {
  const on = ({ mcpServers: all }: Settings) =>
    Object.entries(all)
      .filter(([, { disabled }]) => !disabled)
      .map(([name]) => name);

  test('the loosest at first, with the shared ones', () => {
    expect(chosenEnvironment(settings)).toBe('dev');
    expect(on(settings).every((name) => !/staging|prod/.test(name))).toBe(true);
    expect(on(settings)).toEqual(expect.arrayContaining(['aws-docs', 'terraform', 'github', 'k8s-dev']));
  });

  test('what is on stays on when the file is written anew', () => {
    const onDisk = printSettings(enable(settings, 'prod'));
    expect(carryOver(generated, onDisk)).toBe(onDisk);
  });

  test('servers that somebody switched off one by one stay off, and all of them may be off', () => {
    const off = { ...settings.mcpServers, github: { ...named('github'), disabled: true } };
    expect(parseSettings(carryOver(generated, printSettings({ mcpServers: off }))).mcpServers.github?.disabled).toBe(
      true,
    );
    const none = printSettings(enable(settings, ''));
    expect(chosenEnvironment(parseSettings(carryOver(generated, none)))).toBeUndefined();
  });

  test('of two that an edit by hand switched on, the stricter is left', () => {
    const both = Object.fromEntries(servers.map(([name, server]) => [name, { ...server, disabled: false }] as const));
    const after = parseSettings(carryOver(generated, printSettings({ mcpServers: both })));
    expect(on(after).filter((name) => name.startsWith('k8s'))).toEqual(['k8s-prod']);
  });

  test('an environment that left the model leaves the file, and the default is on', () => {
    const lab = { ...named('k8s-dev'), env: { GROUNDPLAN_ENVIRONMENT: 'lab' } };
    const onDisk = { mcpServers: { ...enable(settings, '').mcpServers, 'k8s-lab': lab } };
    const after = parseSettings(carryOver(generated, printSettings(onDisk)));
    expect(Object.keys(after.mcpServers)).not.toContain('k8s-lab');
    expect(chosenEnvironment(after)).toBe('dev');
  });

  test('servers of your own stay as they are, behind the generated ones', () => {
    const own = { url: 'https://mcp.example.com/mcp', disabled: true, extra: { kept: [1] } } as ServerSettings;
    const after = parseSettings(carryOver(generated, printSettings({ mcpServers: { ours: own } })));
    expect(after.mcpServers.ours).toEqual(own);
    expect(Object.keys(after.mcpServers).at(-1)).toBe('ours');
    expect(chosenEnvironment(after)).toBe('dev');
  });

  test('approvals by a click and changed arguments are taken back', () => {
    const clicked = { ...named('k8s-prod'), autoApprove: ['pods_exec'], args: [], disabled: true };
    const onDisk = printSettings({ mcpServers: { ...settings.mcpServers, 'k8s-prod': clicked } });
    expect(carryOver(generated, onDisk)).toBe(generated);
  });

  test('a server of your own under a generated name is refused by name', () => {
    const onDisk = printSettings({ mcpServers: { github: { command: 'my-github' } } });
    expect(() => carryOver(generated, onDisk)).toThrow(/GP402.*'github'/);
  });

  test.each(['{', '[]', '{"servers":{}}', '{"mcpServers":{"x":{"args":"no list"}}}'])('%s is refused', (text) => {
    expect(codeOf(() => carryOver(generated, text))).toBe('GP403');
  });
});

describe('mcp use', () => {
  const nothing = () => ({});
  const told = (what: Circumstances) => () => what;

  test('switches to an environment by name, and says what it did', () => {
    const folder = project();
    const result = useEnvironment(folder, 'staging', nothing);
    expect(result).toMatchObject({ environment: 'staging', reason: 'name', changed: true });
    expect(result.enabled).toContain('k8s-staging');
    expect(result.disabled).toEqual(expect.arrayContaining(['k8s-dev', 'k8s-prod']));
    expect(result.untouched).toEqual(['aws-docs', 'terraform', 'github']);
    expect(settingsIn(folder)).toEqual(enable(settings, 'staging'));
    expect(carryOver(generated, printSettings(settingsIn(folder)))).toBe(printSettings(settingsIn(folder)));
  });

  test.each<[string, string | undefined, Circumstances, string, string]>([
    ['a name before all', 'dev', { variable: 'prod', kubeContext: 'x-prod-y', awsProfile: 'prod' }, 'dev', 'name'],
    ['the variable next', undefined, { variable: 'dev', kubeContext: 'x-prod-y' }, 'dev', 'variable'],
    [
      'the kube context next',
      undefined,
      { kubeContext: 'arn:aws:eks:us-east-1:1:cluster/ecotrack-staging-cluster', awsProfile: 'dev' },
      'staging',
      'kube context',
    ],
    [
      'then the profile',
      undefined,
      { kubeContext: 'minikube', awsProfile: 'ecotrack-dev-reader' },
      'dev',
      'AWS profile',
    ],
    ['the strictest without a hint', undefined, {}, 'prod', 'unknown'],
    ['the strictest for a variable nobody knows', undefined, { variable: 'qa', awsProfile: 'dev' }, 'prod', 'unknown'],
    ['the strictest for a word that only looks alike', undefined, { kubeContext: 'devbox' }, 'prod', 'unknown'],
    ['the stricter of two', undefined, { kubeContext: 'dev-to-staging' }, 'staging', 'kube context'],
  ])('takes %s', (_, name, hints, environment, reason) => {
    expect(useEnvironment(project(), name, told(hints))).toMatchObject({ environment, reason });
  });

  test('refuses a name that does not exist and leaves the file alone', () => {
    const folder = project();
    expect(() => useEnvironment(folder, 'pord', nothing)).toThrow(/GP114.*did you mean 'prod'/);
    expect(readFileSync(join(folder, settingsPath), 'utf8')).toBe(generated);
  });

  test('refuses where nothing was generated', () => {
    expect(codeOf(() => useEnvironment(temporary(), 'dev', nothing))).toBe('GP403');
    expect(codeOf(() => useEnvironment(project('{"mcpServers":{}}'), 'dev', nothing))).toBe('GP403');
  });

  test('keeps servers of your own, keys that it does not know included', () => {
    const own = { command: 'mine', args: ['a'], custom: true } as ServerSettings;
    const folder = project({ mcpServers: { ...settings.mcpServers, ours: own } });
    expect(useEnvironment(folder, 'prod', nothing).untouched).toContain('ours');
    expect(settingsIn(folder).mcpServers.ours).toEqual(own);
  });

  test('replaces the file at once and leaves nothing beside it', () => {
    const folder = project();
    const before = statSync(join(folder, settingsPath)).ino;
    useEnvironment(folder, 'prod', nothing);
    expect(statSync(join(folder, settingsPath)).ino).not.toBe(before);
    expect(readdirSync(join(folder, dirname(settingsPath)))).toEqual(['mcp.json']);
  });

  test('writes nothing where the environment is on already', () => {
    const folder = project();
    const before = statSync(join(folder, settingsPath)).ino;
    expect(useEnvironment(folder, 'dev', nothing).changed).toBe(false);
    expect(statSync(join(folder, settingsPath)).ino).toBe(before);
  });

  test('reads the circumstances from the process', () => {
    const folder = temporary();
    writeFileSync(join(folder, 'one'), 'apiVersion: v1\nkind: Config\n');
    writeFileSync(join(folder, 'two'), 'apiVersion: v1\ncurrent-context: "ecotrack-prod-cluster"\n');
    const files = [join(folder, 'absent'), join(folder, 'one'), join(folder, 'two')];
    expect(circumstances({ KUBECONFIG: files.join(':'), AWS_PROFILE: 'p', GROUNDPLAN_ENVIRONMENT: 'dev' })).toEqual({
      variable: 'dev',
      kubeContext: 'ecotrack-prod-cluster',
      awsProfile: 'p',
    });
    expect(circumstances({ HOME: folder })).toEqual({});
    expect(choose(['dev', 'prod'], undefined, () => circumstances({ HOME: folder })).environment).toBe('prod');
  });
});

describe('packages are read from what starts them', () => {
  test.each<[string, string[], string, string | undefined, boolean, string[]]>([
    ['npx', ['-y', 'a@1.2.3', 'stdio'], 'a', '1.2.3', true, ['stdio']],
    ['npx', ['-y', '@scope/a@^1.2.3'], '@scope/a', '^1.2.3', false, []],
    ['npx', ['@scope/a'], '@scope/a', undefined, false, []],
    ['npx', ['-y', '--package=a@1.0.0', 'run-a', 'x'], 'a', '1.0.0', true, ['x']],
    ['uvx', ['a.b@latest'], 'a.b', 'latest', false, []],
    ['uvx', ['--from', 'a==1.2', 'a-server', '-v'], 'a', '1.2', true, ['-v']],
    ['uvx', ['--exclude-newer', '2026-01-01', 'a@0.1.0'], 'a', '0.1.0', true, []],
    [
      'docker',
      ['run', '-i', '--rm', '-e', 'T', 'ghcr.io/a/b:v1.2.3', 'stdio'],
      'ghcr.io/a/b',
      'v1.2.3',
      true,
      ['stdio'],
    ],
    ['docker', ['run', '-i', 'host:5000/a'], 'host:5000/a', undefined, false, []],
    ['docker', ['run', '-i', 'a@sha256:12ab'], 'a', 'sha256:12ab', true, []],
  ])('%s %j', (command, args, name, version, pinned, rest) => {
    expect(packageOf({ command, args })).toMatchObject({ name, version, pinned, args: rest });
  });

  test('a program of your own is none', () => {
    expect(packageOf({ command: 'node', args: ['server.js'] })).toBeUndefined();
  });
});

describe('mcp check', () => {
  /** A server made with the official library; what it lists and how it behaves comes from its arguments. */
  const script = `
    const { spawn } = require('node:child_process');
    const { writeFileSync } = require('node:fs');
    const [mode, pidFile] = process.argv.slice(1);
    if (mode === 'stops') {
      console.error('noise');
      console.error('no credentials found');
      process.exit(1);
    }
    if (mode === 'stubborn') {
      process.on('SIGTERM', () => {});
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      writeFileSync(pidFile, JSON.stringify([process.pid, child.pid]));
      setInterval(() => {}, 1000);
    } else {
      const { Server } = require('@modelcontextprotocol/sdk/server/index.js');
      const { StdioServerTransport } = require('@modelcontextprotocol/sdk/server/stdio.js');
      const { ListToolsRequestSchema } = require('@modelcontextprotocol/sdk/types.js');
      const tool = (name, annotations) => ({ name, description: name, inputSchema: { type: 'object' }, annotations });
      const pages = {
        first: { tools: [tool('read_one', { readOnlyHint: true })], nextCursor: 'second' },
        second: { tools: [tool('silent_two'), tool('write_three', { readOnlyHint: false })] },
      };
      console.log('a line that is no message');
      const server = new Server({ name: 'fake', version: '1' }, { capabilities: { tools: {} } });
      server.setRequestHandler(ListToolsRequestSchema, ({ params }) => pages[params?.cursor ?? 'first']);
      server.connect(new StdioServerTransport());
    }
  `;

  function fake(mode: string, more: Partial<ServerSettings> = {}, ...args: string[]): ServerSettings {
    return { command: process.execPath, args: ['-e', script, '--', mode, ...args], ...more };
  }

  async function check(servers: Record<string, ServerSettings>, options: Partial<CheckOptions> = {}) {
    const folder = project({ mcpServers: servers });
    // The fake server finds the library where this project has it.
    const report = await checkServers({ root: folder, ...options });
    return { ...report, folder };
  }

  beforeAll(() => {
    process.env.NODE_PATH = join(root, 'node_modules');
  });
  afterAll(() => {
    delete process.env.NODE_PATH;
  });

  /** An ended process that nobody has asked about yet, a zombie, still has its id. */
  const isAlive = (pid: number) =>
    /^[^Z\s]/.test(spawnSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' }).stdout);

  test('starts a server, reads every page of its tools and says how long it took', async () => {
    const { servers: found, ok } = await check({ fine: fake('lists', { autoApprove: ['read_one'] }) });
    expect(ok).toBe(true);
    expect(found).toMatchObject([
      { name: 'fine', result: 'started', tools: ['read_one', 'silent_two', 'write_three'], approved: 1, findings: [] },
    ]);
    expect(found[0]?.milliseconds).toBeGreaterThan(0);
  });

  test('tells of approvals that do not exist, that change something, and that nobody vouches for', async () => {
    const { servers: found, ok } = await check({
      doubtful: fake('lists', {
        autoApprove: ['read_one', 'read_on', 'silent_two', 'write_three', '*'],
        disabledTools: ['gone'],
      }),
    });
    expect(ok).toBe(false);
    expect(found[0]?.findings.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      "unsafe approval: '*' approves what nobody has seen",
      "unknown approval: 'read_on' is approved and the server has no such tool",
      "unsafe approval: 'silent_two' is approved and the server does not say that it only reads",
      "unsafe approval: 'write_three' is approved and the server says that it changes something",
      "unknown name: 'gone' is disabled and the server has no such tool",
    ]);
  });

  test('says why a server does not start', async () => {
    const { servers: found, ok } = await check({
      stops: fake('stops'),
      absent: { command: 'no-such-program-here' },
      remote: { url: 'https://mcp.example.com/mcp' },
    });
    expect(ok).toBe(false);
    expect(found.map(({ name, result, message }) => [name, result, message])).toEqual([
      ['stops', 'failed', 'no credentials found'],
      ['absent', 'failed', 'no-such-program-here is not installed'],
      ['remote', 'skipped', 'it is remote, so there is nothing to start'],
    ]);
  });

  test('ends a server that does not answer, with every process that it started', async () => {
    const pids = join(temporary(), 'pids');
    const { servers: found } = await check({ stubborn: fake('stubborn', {}, pids) }, { limit: 2000 });
    expect(found).toMatchObject([{ result: 'failed', message: 'no answer within 2 s' }]);
    const started = JSON.parse(readFileSync(pids, 'utf8')) as number[];
    expect(started).toHaveLength(2);
    expect(started.filter(isAlive)).toEqual([]);
  }, 30_000);

  test('names variables that are not set, and gives the others', async () => {
    process.env.MCP_TEST_SET = 'yes';
    const env = { ONE: '${MCP_TEST_SET}', TWO: '${MCP_TEST_UNSET}' };
    const { servers: found } = await check({ variables: fake('lists', { env }) });
    delete process.env.MCP_TEST_SET;
    expect(found[0]?.findings).toMatchObject([
      { kind: 'unset variable', message: expect.stringContaining('MCP_TEST_UNSET is not set') },
    ]);
  });

  test('checks what is on, or the servers of one environment', async () => {
    const server = (name: string, disabled: boolean) =>
      fake('lists', { disabled, env: { GROUNDPLAN_ENVIRONMENT: name } });
    const all = { a: server('dev', false), b: server('prod', true), c: server('*', false), d: fake('lists') };
    expect((await check(all)).servers.map(({ name }) => name)).toEqual(['a', 'c', 'd']);
    expect((await check(all, { environment: 'prod' })).servers.map(({ name }) => name)).toEqual(['b', 'c', 'd']);
    await expect(check(all, { environment: 'qa' })).rejects.toThrow(/GP114/);
  });

  test('an unpinned package of ours is an error, of yours a warning', async () => {
    const ours = { command: 'npx', args: ['-y', 'argocd-mcp'], env: { GROUNDPLAN_ENVIRONMENT: '*' } };
    const yours = { command: 'uvx', args: ['mcp-grafana@latest'] };
    const { servers: found } = await check({ ours, yours }, { offline: true, recordings: '' });
    expect(found.map(({ findings }) => findings.map(({ severity, message }) => `${severity}: ${message}`))).toEqual([
      ['error: argocd-mcp: it names no version'],
      ["warning: mcp-grafana: 'latest' is not one version"],
    ]);
  });

  test('without the client library it says what to install', async () => {
    jest.resetModules();
    jest.doMock('@modelcontextprotocol/sdk/client/index.js', () => {
      throw Object.assign(new Error('absent'), { code: 'MODULE_NOT_FOUND' });
    });
    const { clientLibrary } = require('../../lib/kiro/mcp/client-library') as { clientLibrary(): unknown };
    expect(() => clientLibrary()).toThrow(/GP404.*npm install --save-dev @modelcontextprotocol\/sdk/);
    jest.dontMock('@modelcontextprotocol/sdk/client/index.js');
  });
});

describe('the servers that npm ships', () => {
  const npm = servers.filter(([, { command }]) => command === 'npx').map(([name]) => name);

  test('are development dependencies at the very version of the settings', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const specs = npm.map((name) => packageOf(named(name)));
    expect(specs.filter((spec) => devDependencies[spec?.name ?? ''] !== spec?.version)).toEqual([]);
  });

  test.each(['dev', 'staging', 'prod'])(
    'start as %s starts them and list what was judged',
    async (environment) => {
      const folder = project();
      // Packages are looked for in the project that is checked.
      const modules = join(folder, 'node_modules');
      const { symlinkSync } = jest.requireActual<typeof import('node:fs')>('node:fs');
      symlinkSync(join(root, 'node_modules'), modules, 'junction');
      const { servers: found, ok } = await checkServers({ root: folder, environment, offline: true, recordings: '' });
      const started = found.filter(({ result }) => result === 'started');
      expect(started.map(({ name }) => name)).toEqual(npm.filter((name) => name.endsWith(environment)));
      expect(found.filter(({ result }) => result === 'failed')).toEqual([]);
      expect(started.flatMap(({ findings }) => findings)).toEqual([]);
      expect(ok).toBe(true);
      for (const { name, tools } of started) {
        const server = mcpServers(model).find((one) => one.name === name);
        expect(tools).toEqual(server && listed(server.kind, server.reach).map(([tool]) => tool));
      }
    },
    60_000,
  );
});

const recordings = readRecordings(process.env.GROUNDPLAN_MCP);
if (recordings.length === 0) console.warn('Skipped: GROUNDPLAN_MCP does not name a folder of recorded lists of tools.');

(recordings.length > 0 ? describe : describe.skip)('recorded lists', () => {
  test.each(servers.map(([name]) => name))('every tool that %s names exists at that version', (name) => {
    const server = named(name);
    const spec = packageOf(server);
    const list = spec && recordedList(recordings, spec);
    const names = list?.tools.map((tool) => tool.name);
    expect(names).toEqual(expect.arrayContaining([...(server.autoApprove ?? []), ...(server.disabledTools ?? [])]));
  });

  test.each(serverKinds.map((kind) => kind.package))(
    'no verdict about %s is against what it says of itself',
    (name) => {
      const kind = serverKinds.find((one) => one.package === name) as (typeof serverKinds)[number];
      const verdicts = verdictsOf(kind);
      const reading = ['everywhere', 'rehearsed', 'open', 'asked', 'hidden'];
      const contradicted = recordings
        .filter((one) => one.package === name && one.version === kind.version)
        .flatMap(({ tools }) => tools)
        .filter((tool) => tool.readOnlyHint === false && reading.includes(verdicts.get(tool.name) ?? ''));
      expect(contradicted).toEqual([]);
    },
  );

  test('the whole of every environment passes without starting anything', async () => {
    for (const environment of ['dev', 'staging', 'prod']) {
      const folder = project();
      const report = await checkServers({ root: folder, environment, offline: true });
      expect(report.servers.filter(({ result }) => result !== 'recorded')).toEqual([]);
      expect(report.servers.flatMap(({ findings }) => findings)).toEqual([]);
    }
  });
});
