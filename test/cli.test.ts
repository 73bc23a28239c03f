import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dev, prod, services, staging } from '../environments';
import { type EnvironmentFacts, PlatformApp } from '../lib';
import { type ExitCode, run } from '../lib/cli';
import { KiroWorkspace } from '../lib/kiro';
import { platform } from '../stacks/platform';
import { root } from './support/sources';

// The shells start npm, which takes its time on a busy machine.
jest.setTimeout(60_000);

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'groundplan-cli-'));
  folders.push(folder);
  return folder;
}

/** What a main program does, with the environments of a test. */
function mainOf(environments: readonly EnvironmentFacts[], outdir = join(temporary(), 'cdktf.out')) {
  return async () => {
    const app = new PlatformApp({ project: 'ecotrack', environments, outdir });
    for (const environment of app.environments) platform(app, environment);
    app.synth();
    new KiroWorkspace(app, { services }).write('.');
  };
}

let shared: { readonly app: PlatformApp; readonly workspace: KiroWorkspace } | undefined;

/** The same with the three environments; being read leaves no trace in a platform, so one serves all tests. */
async function mainOfAll(): Promise<void> {
  if (!shared) {
    const outdir = join(temporary(), 'cdktf.out');
    const app = new PlatformApp({ project: 'ecotrack', environments: [dev, staging, prod], outdir });
    for (const environment of app.environments) platform(app, environment);
    shared = { app, workspace: new KiroWorkspace(app, { services }) };
  }
  shared.app.synth();
  shared.workspace.write('.');
}

interface Result {
  readonly code: ExitCode;
  readonly out: string;
  readonly error: string;
}

interface Call {
  readonly folder?: string;
  readonly environments?: readonly EnvironmentFacts[];
  readonly main?: () => Promise<unknown>;
}

async function groundplan(args: readonly string[], call: Call = {}): Promise<Result & { folder: string }> {
  const { folder = temporary(), environments, main = environments ? mainOf(environments) : mainOfAll } = call;
  let out = '';
  let error = '';
  const code = await run(args, main, {
    folder,
    out: (text) => {
      out += text;
    },
    error: (text) => {
      error += text;
    },
  });
  return { code, out, error, folder };
}

describe('usage', () => {
  test.each(['graph', 'capacity', 'cost', 'kiro', 'mcp', 'environments'])('%s explains itself', async (command) => {
    const { code, out } = await groundplan([command, '--help']);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: groundplan ${command}`));
    expect(out.split('\n').length).toBeGreaterThan(5);
  });

  test('the main program does not run for help', async () => {
    const main = jest.fn();
    expect((await groundplan(['--help'], { main })).code).toBe(0);
    expect(main).not.toHaveBeenCalled();
  });

  test.each([
    [['graf'], "unknown command 'graf'", 'Did you mean graph?'],
    [['cost', '--evn', 'dev'], "unknown option '--evn'", 'Did you mean --env?'],
    [['graph', '--format', 'jpg'], 'jpg', 'mermaid, svg, png, json'],
    [['graph', '--format', 'png'], 'name a file', '--output'],
    [['capacity', 'dev'], 'too many arguments', '--help'],
  ])('%j ends with 2 and says why', async (args, ...said) => {
    const { code, error } = await groundplan(args);
    expect(code).toBe(2);
    for (const text of said) expect(error).toContain(text);
    expect(error).not.toMatch(/^\s+at /m);
  });

  test.each(['graph', 'capacity', 'cost', 'environments'])(
    '%s suggests the environment that was meant',
    async (command) => {
      const { code, error } = await groundplan([command, '--env', 'stagin']);
      expect(code).toBe(2);
      expect(error).toBe("there is no environment 'stagin'. Did you mean 'staging'? There are: dev, staging, prod\n");
    },
  );
});

describe('the main program', () => {
  test('writes nothing while it is read', async () => {
    const folder = temporary();
    const outdir = join(folder, 'cdktf.out');
    expect((await groundplan(['environments'], { folder, main: mainOf([dev], outdir) })).code).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('writes again afterwards', async () => {
    await groundplan(['environments']);
    const outdir = join(temporary(), 'cdktf.out');
    const app = new PlatformApp({ project: 'ecotrack', environments: [dev], outdir });
    for (const environment of app.environments) platform(app, environment);
    app.synth();
    expect(existsSync(join(outdir, 'stacks/dev-foundation/cdk.tf.json'))).toBe(true);
  });

  test('that synthesizes nothing is reported', async () => {
    const { code, error } = await groundplan(['capacity'], { main: async () => undefined });
    expect(code).toBe(2);
    expect(error).toContain('never calls synth()');
  });

  test('without a workspace is told how to get one', async () => {
    const folder = temporary();
    const main = async () => {
      const app = new PlatformApp({ project: 'ecotrack', environments: [dev], outdir: join(folder, 'cdktf.out') });
      for (const environment of app.environments) platform(app, environment);
      app.synth();
    };
    const { code, error } = await groundplan(['kiro', '--check'], { folder, main });
    expect(code).toBe(2);
    expect(error).toContain("new KiroWorkspace(app).write('.')");
  });

  test('with another copy of the library is told so', async () => {
    const main = async () => {
      const slot = Symbol.for('groundplan.reader');
      (globalThis as unknown as Record<symbol, { synthesized(app: unknown): void }>)[slot]?.synthesized({});
    };
    const { code, error } = await groundplan(['capacity'], { main });
    expect(code).toBe(2);
    expect(error).toContain('another copy of groundplan');
  });

  test('with wrong facts ends with 1 and their problems', async () => {
    const { code, error } = await groundplan(['capacity'], {
      environments: [{ ...dev, nodes: { ...dev.nodes, min: 9 } }],
    });
    expect(code).toBe(1);
    expect(error).toMatch(/^GP111 \[dev\.nodes\]/);
  });
});

describe('capacity', () => {
  test('shows the table of the problem report', async () => {
    const { code, out } = await groundplan(['capacity', '--env', 'dev']);
    expect(code).toBe(0);
    expect(out).toMatch(/^dev: \d+ % of 5 nodes\n/);
    expect(out).toMatch(/^ {2}observability +loki +\d+m +\d+Mi +\d+$/m);
  });

  test('ends with 1 where the platform does not fit, and still shows it', async () => {
    const { code, out } = await groundplan(['capacity'], {
      environments: [{ ...dev, size: 'large', nodes: { ...dev.nodes, min: 2, max: 3 } }],
    });
    expect(code).toBe(1);
    expect(out).toContain('which does not fit');
  });

  test('as JSON has a row per component', async () => {
    const { out } = await groundplan(['capacity', '--json']);
    const all = JSON.parse(out) as { environment: string; rows: unknown[] }[];
    expect(all.map(({ environment }) => environment)).toEqual(['dev', 'staging', 'prod']);
    expect(all[0]?.rows.length).toBeGreaterThan(30);
  });
});

describe('cost', () => {
  test('shows workflows, budget, prices and assumptions', async () => {
    const { code, out } = await groundplan(['cost', '--env', 'prod']);
    expect(code).toBe(0);
    expect(out).toMatch(/^prod in us-east-1: \$\d+ to \$\d+ a month with \d+ to 15 nodes\n/);
    for (const text of ['  data ', 'room for applications', 'Budget: $2000', 'Prices of 20', 'Assumed: '])
      expect(out).toContain(text);
  });

  test('shows components', async () => {
    const { out } = await groundplan(['cost', '--env', 'dev', '--components']);
    expect(out).toMatch(/^ {2}data +kafka( +\d+\.\d\d){5}$/m);
  });

  test('ends with 1 where the budget is too small', async () => {
    const { code, out } = await groundplan(['cost'], { environments: [{ ...dev, budget: { monthlyUsd: 50 } }] });
    expect(code).toBe(1);
    expect(out).toContain(': exceeded.');
  });

  test('names a region without prices and shows the others', async () => {
    const elsewhere = { ...staging, aws: { ...staging.aws, region: 'mx-central-1' as const } };
    const { code, out, error } = await groundplan(['cost'], { environments: [dev, elsewhere] });
    expect(code).toBe(1);
    expect(error).toContain('staging has no estimate: there are no prices for mx-central-1');
    expect(out).toContain('dev in us-east-1');
  });

  test('as JSON has figures in cents', async () => {
    const { out } = await groundplan(['cost', '--env', 'dev', '--json']);
    const [cost] = JSON.parse(out) as { total: { min: number } }[];
    expect(String(cost?.total.min)).toMatch(/^\d+(\.\d{1,2})?$/);
  });
});

describe('environments', () => {
  test('are a line each', async () => {
    const { code, out } = await groundplan(['environments']);
    expect(code).toBe(0);
    expect(out).toMatch(/^dev +us-east-1 +autopilot +small +1\.34 +3-5 +\d+ % +\$500 +7$/m);
    expect(out.trimEnd().split('\n')).toHaveLength(4);
  });

  test('as JSON name their stacks', async () => {
    const { out } = await groundplan(['environments', '--env', 'prod', '--json']);
    expect(JSON.parse(out)).toMatchObject([{ name: 'prod', cluster: 'ecotrack-prod-cluster', budget: 2000 }]);
    expect((JSON.parse(out) as { stacks: string[] }[])[0]?.stacks).toContain('prod-data');
  });
});

describe('graph', () => {
  test('is Mermaid on standard output', async () => {
    const { code, out } = await groundplan(['graph', '--env', 'dev']);
    expect(code).toBe(0);
    expect(out).toMatch(/^flowchart TB\n/);
  });

  test.each([
    ['platform.svg', '<?xml'],
    ['platform.json', '{'],
    ['platform.mmd', 'flowchart'],
  ])('takes the format from %s', async (file, start) => {
    const { code, error, folder } = await groundplan(['graph', '--output', file]);
    expect(code).toBe(0);
    expect(error).toBe(`wrote ${file}\n`);
    expect(readFileSync(join(folder, file), 'utf8').startsWith(start)).toBe(true);
  });
});

describe('kiro', () => {
  test('writes what the main program would have written, then finds nothing', async () => {
    const { code, out, folder } = await groundplan(['kiro']);
    expect(code).toBe(0);
    expect(out).toMatch(/^wrote \.kiro\//m);
    const check = await groundplan(['kiro', '--check'], { folder });
    expect(check).toMatchObject({ code: 0, out: 'Everything is as the model says.\n', error: '' });
  });

  test('--check shows a changed fact line by line, ends with 1 and writes nothing', async () => {
    const { folder } = await groundplan(['kiro']);
    const changed = [dev, staging, { ...prod, budget: { monthlyUsd: 4321 } }];
    const before = readFileSync(join(folder, '.kiro/.generated.json'), 'utf8');
    const { code, out, error } = await groundplan(['kiro', '--check'], { folder, environments: changed });
    expect(code).toBe(1);
    expect(out).toMatch(/ differs from the model\n--- /);
    expect(out).toMatch(/^\+.*4321/m);
    expect(error).toMatch(/^\d+ of \d+ files differ\. To write them: npx groundplan kiro\n$/);
    expect(readFileSync(join(folder, '.kiro/.generated.json'), 'utf8')).toBe(before);
  });

  test('refuses a file that was changed by hand by its name, and overwrites it with --force', async () => {
    const { folder } = await groundplan(['kiro']);
    const file = join(folder, '.kiro/steering/product.md');
    const generated = readFileSync(file, 'utf8');
    writeFileSync(file, `${generated}A line of mine.\n`);
    const check = await groundplan(['kiro', '--check'], { folder });
    expect(check.code).toBe(1);
    expect(check.out).toContain('.kiro/steering/product.md was changed by hand');
    expect(check.out).toMatch(/^-A line of mine\.$/m);
    const refused = await groundplan(['kiro'], { folder });
    expect(refused.code).toBe(1);
    expect(refused.error).toMatch(/^GP402 \[\.kiro\/steering\/product\.md\]/);
    expect(readFileSync(file, 'utf8')).toContain('A line of mine.');
    const forced = await groundplan(['kiro', '--force'], { folder });
    expect(forced).toMatchObject({ code: 0, out: 'overwrote .kiro/steering/product.md\n' });
    expect(readFileSync(file, 'utf8')).toBe(generated);
  });

  test('--check names files that are gone', async () => {
    const { folder } = await groundplan(['kiro']);
    rmSync(join(folder, '.kiro/steering/product.md'));
    const { code, out } = await groundplan(['kiro', '--check'], { folder });
    expect(code).toBe(1);
    expect(out).toBe('.kiro/steering/product.md is not there\n');
  });
});

describe('mcp', () => {
  test('use switches the servers of one environment on', async () => {
    const { folder } = await groundplan(['kiro']);
    const { code, out } = await groundplan(['mcp', 'use', 'prod'], { folder });
    expect(code).toBe(0);
    expect(out).toMatch(/^prod .*\n {2}on: .*prod/);
    const check = await groundplan(['kiro', '--check'], { folder });
    expect(check.code).toBe(0);
  });

  test('use suggests the environment that was meant', async () => {
    const { folder } = await groundplan(['kiro']);
    const { code, error } = await groundplan(['mcp', 'use', 'stagin'], { folder });
    expect(code).toBe(2);
    expect(error).toContain("did you mean 'staging'?");
  });

  test('use without settings ends with 1 and says what to run', async () => {
    const { code, error } = await groundplan(['mcp', 'use', 'dev']);
    expect(code).toBe(1);
    expect(error).toContain('npm run synth');
  });
});

describe('from a shell', () => {
  let project: string;
  beforeAll(() => {
    project = temporary();
    for (const name of ['lib', 'stacks', 'environments', 'scripts', 'bin', 'main.ts', 'package.json', 'cdktf.json'])
      cpSync(join(root, name), join(project, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
  });

  const shell = (command: string, ...args: string[]) =>
    spawnSync(command, args, {
      cwd: project,
      encoding: 'utf8',
      env: { ...process.env, npm_config_cache: join(project, '.npm'), npm_config_update_notifier: 'false' },
    });

  test('npx groundplan works in a checkout that was never built', () => {
    const { status, stdout } = shell('npx', '--offline', 'groundplan', 'environments');
    expect(stdout).toMatch(/^prod +us-east-1/m);
    expect(status).toBe(0);
  });

  test('npm run synth writes Terraform and workspace, which the check then finds in order', () => {
    expect(shell('npm', 'run', 'synth').status).toBe(0);
    expect(existsSync(join(project, 'cdktf.out/manifest.json'))).toBe(true);
    expect(existsSync(join(project, '.kiro/.generated.json'))).toBe(true);
    expect(shell('npm', 'run', 'kiro', '--', '--check').status).toBe(0);
  });

  test('a synth of one environment leaves the workspace as it is, and says so', () => {
    const manifest = () => readFileSync(join(project, '.kiro/.generated.json'), 'utf8');
    const before = manifest();
    const { status, stderr } = shell('npm', 'run', 'synth', '--', 'dev');
    expect(status).toBe(0);
    expect(stderr).toContain('The Kiro workspace stays as it is');
    expect(manifest()).toBe(before);
    expect(shell('npm', 'run', 'kiro', '--', '--check').status).toBe(0);
  });

  test('a main program that is not there is named', () => {
    const { status, stderr } = shell(process.execPath, 'bin/groundplan.mjs', '--app=gone.ts', 'capacity');
    expect(status).toBe(2);
    expect(stderr).toMatch(/^there is no main program .*gone\.ts\. Name it: groundplan --app main\.ts\n$/);
  });

  test('a closed pipe is no error', () => {
    const { stderr } = shell('sh', '-c', 'node bin/groundplan.mjs graph --format json | head -1');
    expect(stderr).toBe('');
  });
});
