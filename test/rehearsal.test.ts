import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { TerraformDocument } from '../lib/core/terraform-check';
import { awsAfterCluster, awsHalf } from '../scripts/rehearse/aws-half';
import { k3sImageFor, withoutWaiting } from '../scripts/rehearse/cluster-half';
import { deviations, withoutDeviations } from '../scripts/rehearse/deviations';
import { expectedKinds, listings } from '../scripts/rehearse/inventory';
import { readOptions } from '../scripts/rehearse/options';
import { trimmed } from '../scripts/rehearse/provider-schema';
import { rehearsalStack } from '../scripts/rehearse/rehearsal-stack';
import { inOrder } from '../scripts/rehearse/synthesized';
import { reasonIn } from '../scripts/rehearse/terraform';
import { environmentOf, facts } from './support/platforms';
import { root } from './support/sources';

const names = Object.keys(facts);
const blocks = ({ resource = {}, data = {} }: TerraformDocument) => [
  ...Object.entries(resource).flatMap(([type, all]) => Object.keys(all).map((name) => `${type}.${name}`)),
  ...Object.entries(data).flatMap(([type, all]) => Object.keys(all).map((name) => `data.${type}.${name}`)),
];

describe.each(names)('the AWS half of %s', (name) => {
  const environment = environmentOf(name);
  const half = awsHalf(environment.stacks);

  test('no AWS resource waits for something inside the cluster', () => {
    expect(awsAfterCluster(environment.graph)).toEqual([]);
  });

  test('it has every AWS resource, and nothing of the cluster', () => {
    const types = (stacks: ReadonlyMap<string, TerraformDocument>) =>
      [...stacks].flatMap(([id, document]) => blocks(document).map((address) => `${id}/${address}`)).toSorted();
    const ofAws = (address: string) => /\/(data\.)?(aws_|terraform_)/.test(address);
    const [kept, all] = [types(half), types(environment.stacks)];
    expect(kept.filter((address) => !ofAws(address))).toEqual([]);
    expect(kept.filter((address) => address.includes('/aws_'))).toEqual(
      all.filter((address) => address.includes('/aws_')),
    );
    for (const document of half.values()) {
      expect(Object.keys(document.provider ?? {})).toEqual(['aws']);
      expect((document.terraform as { required_providers: object }).required_providers).toEqual({
        aws: expect.anything(),
      });
    }
  });

  test('no reference is left dangling', () => {
    const dangling = [...half].flatMap(([id, document]) => {
      const there = new Set(blocks(document));
      const { '//': _, ...rest } = document;
      const text = JSON.stringify(rest);
      const used = [
        ...text.matchAll(/\$\{[^}]*?((?:data\.)?(?:aws|terraform|helm|kubernetes)_\w+\.[\w-]+)/g),
        ...text.matchAll(/"((?:aws|terraform|helm|kubernetes)_\w+\.[\w-]+)"/g),
      ].map(([, address = '']) => address);
      return used.filter((address) => !there.has(address)).map((address) => `${id}: ${address}`);
    });
    expect(dangling).toEqual([]);
  });

  test('every value that is read from another stack is an output of it', () => {
    for (const document of half.values()) {
      const read = JSON.stringify(document).matchAll(/cross-stack-reference-input-([\w-]+)\.outputs\.([\w-]+)/g);
      for (const [, source = '', output = ''] of read) expect(half.get(source)?.output).toHaveProperty([output]);
    }
  });

  test('everything it creates is listed at the end', () => {
    const covered = new Set(listings.flatMap(({ covers }) => covers));
    const types = [...half.values()].flatMap(({ resource = {} }) => Object.keys(resource));
    expect(types.filter((type) => type.startsWith('aws_') && !covered.has(type))).toEqual([]);
    expect(expectedKinds(new Set(types)).length).toBeGreaterThan(10);
  });
});

test('an AWS resource that waits for a chart is refused, with both names', () => {
  const stacks = new Map<string, TerraformDocument>([
    [
      'dev-a',
      {
        resource: {
          helm_release: { loki: { name: 'loki' } },
          terraform_data: { gate: { depends_on: ['helm_release.loki'] } },
          aws_sqs_queue: { queue: { name: `\${terraform_data.gate.id}` } },
        },
      },
    ],
  ]);
  expect(() => awsHalf(stacks)).toThrow(/dev-a\/aws_sqs_queue\.queue waits for dev-a\/helm_release\.loki/);
});

describe('a rehearsed stack', () => {
  const [before] = [environmentOf('prod').stacks.get('prod-foundation') as TerraformDocument];
  const { document, protections } = rehearsalStack(before, { anyVersion: true });

  test('keeps its state beside it and reads that of others there', () => {
    expect(document.terraform).toMatchObject({ backend: { local: { path: 'terraform.tfstate' } } });
    const mesh = rehearsalStack(environmentOf('prod').stacks.get('prod-mesh') as TerraformDocument, {
      anyVersion: false,
    });
    expect(mesh.document.data?.terraform_remote_state?.['cross-stack-reference-input-prod-foundation']).toEqual({
      backend: 'local',
      config: { path: '../prod-foundation/terraform.tfstate' },
    });
    expect(mesh.document.terraform).toMatchObject({ required_providers: { aws: { version: expect.anything() } } });
  });

  test('takes any version where a mirror decides', () => {
    expect((document.terraform as { required_providers: object }).required_providers).toEqual({
      aws: { source: 'aws' },
    });
  });

  test('can be destroyed, and the platform itself cannot', () => {
    expect(protections).toBeGreaterThan(0);
    expect(JSON.stringify(document)).not.toMatch(/"(prevent_destroy|deletion_protection)":true/);
    expect(JSON.stringify(before)).toMatch(/"deletion_protection":true/);
  });
});

describe('what a provider does not know', () => {
  const schemas = {
    provider_schemas: {
      'registry.terraform.io/hashicorp/aws': {
        provider: { block: { attributes: { region: {} } } },
        resource_schemas: {
          aws_eks_cluster: {
            block: {
              attributes: { name: {}, settings: { nested_type: { attributes: { known: {} } } } },
              block_types: { vpc: { nesting_mode: 'list', block: { attributes: { id: {} } } } },
            },
          },
        },
      },
    },
  };
  const cluster = {
    '//': {},
    depends_on: [],
    name: 'one',
    deletion_protection: true,
    vpc: [{ id: 'vpc-1', newer: true }],
    settings: { known: 1, newer: 2 },
  };

  test('is left out at every depth and listed', () => {
    const { document, dropped } = trimmed(
      {
        provider: { aws: [{ region: 'us-east-1', newer: 1 } as object] },
        resource: { aws_eks_cluster: { a: cluster } },
      },
      schemas,
    );
    expect(dropped).toEqual([
      'aws_eks_cluster.deletion_protection',
      'aws_eks_cluster.settings.newer',
      'aws_eks_cluster.vpc.newer',
      'provider.aws.newer',
    ]);
    expect(document.resource?.aws_eks_cluster?.a).toEqual({
      '//': {},
      depends_on: [],
      name: 'one',
      vpc: [{ id: 'vpc-1' }],
      settings: { known: 1 },
    });
  });

  test('a whole type is an error', () => {
    expect(() => trimmed({ resource: { aws_newer: { a: {} } } }, schemas)).toThrow(/has no aws_newer/);
  });
});

test('deviations of the emulator have a reason, meet resources that are there, and keep the lifecycle', () => {
  const types = new Set(
    [...environmentOf('dev').stacks.values()].flatMap(({ resource = {} }) => Object.keys(resource)),
  );
  for (const { arguments: paths, reason } of deviations) {
    expect(reason.length).toBeGreaterThan(20);
    for (const path of paths) expect(types).toContain(path.split('.')[0]);
  }
  const { document } = withoutDeviations({
    resource: {
      aws_flow_log: { a: { lifecycle: { prevent_destroy: true } } },
      aws_eks_addon: { b: { pod_identity_association: [] } },
    },
  });
  expect(document.resource).toMatchObject({
    aws_flow_log: { a: { lifecycle: { prevent_destroy: true, ignore_changes: expect.arrayContaining(['tags']) } } },
    aws_eks_addon: { b: {} },
  });
  expect(document.resource?.aws_eks_addon?.b).not.toHaveProperty('pod_identity_association');
});

test('charts are applied without waiting for pods, and without what refuses every Service', () => {
  const ingress = withoutWaiting(environmentOf('dev').stacks.get('dev-ingress') as TerraformDocument);
  const releases = Object.values(ingress.resource?.helm_release ?? {});
  expect(releases.length).toBeGreaterThan(10);
  expect(environmentOf('dev').releases.map(({ chart }) => chart)).toContain('aws-load-balancer-controller');
  for (const release of releases) expect(release).toMatchObject({ wait: false, atomic: false, upgrade_install: true });
  expect(releases.map(({ chart }) => chart)).not.toContain('aws-load-balancer-controller');
  const there = new Set(blocks(ingress));
  const edges = [...JSON.stringify(ingress).matchAll(/"(helm_release\.[\w-]+)"/g)].map(([, address = '']) => address);
  expect(edges.filter((address) => !there.has(address))).toEqual([]);
});

test.each(names)('%s has a k3s of its Kubernetes version', (name) => {
  expect(k3sImageFor(environmentOf(name).stacks)).toContain(`:v${facts[name]?.cluster.version}.`);
});

test('stacks come after those they depend on', () => {
  const before: Readonly<Record<string, string[]>> = { b: ['c'], a: ['b', 'other'] };
  expect(inOrder(['a', 'b', 'c'], (id) => before[id] ?? [])).toEqual(['c', 'b', 'a']);
});

test('the reason of a failure is the first error that says something', () => {
  const output =
    'x\n│ Error: Terraform encountered problems\n│ Error: creating VPC\n│   limit reached.\n│ Error: other';
  expect(reasonIn(output)).toBe('Error: creating VPC limit reached');
});

describe('the command line', () => {
  test.each([
    [[], /^name an environment/],
    [['Dev!'], /^'Dev!' cannot be an environment/],
    [['dev', '--prot', '1'], /--prot/],
    [['dev', '--port', 'http'], /--port 'http' is not a port/],
    [['dev', '--endpoint', 'localhost'], /is not a URL/],
    [['dev', '--endpoint', 'https://sts.us-east-1.amazonaws.com'], /is AWS itself/],
    [['dev', '--endpoint', 'http://localhost:1', '--cluster'], /are for one that is started/],
  ])('%j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});

describe('a rehearsal that cannot run', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'groundplan-'));
    for (const name of ['scripts', 'node_modules', 'lib', 'package.json', 'tsconfig.json'])
      symlinkSync(join(root, name), join(folder, name));
    writeFileSync(join(folder, 'cdktf.json'), JSON.stringify({ app: `"${process.execPath}" app.js` }));
    writeFileSync(join(folder, 'app.js'), app);
    // Only Node and a Terraform of our own are on the path.
    symlinkSync(process.execPath, join(folder, 'node'));
    for (const tool of ['sh', 'cat']) symlinkSync(join('/bin', tool), join(folder, tool));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Writes one stack with one queue, as a platform does. */
  const app = `
    const { mkdirSync, writeFileSync } = require('node:fs');
    const folder = process.env.CDKTF_OUTDIR;
    if (process.argv[2] !== 'dev' && process.argv[2] !== 'deb') throw new Error('unexpected');
    mkdirSync(folder + '/stacks/dev-queue', { recursive: true });
    writeFileSync(folder + '/manifest.json', JSON.stringify({ stacks: { 'dev-queue': { dependencies: [] } } }));
    writeFileSync(folder + '/stacks/dev-queue/cdk.tf.json', JSON.stringify({
      provider: { aws: [{ region: 'us-east-1', allowed_account_ids: ['111122223333'] }] },
      resource: { aws_sqs_queue: { a: { name: 'a' } } },
    }));`;

  async function rehearse(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, ['scripts/run.mjs', 'scripts/rehearse.ts', ...args], {
      cwd: folder,
      env: { HOME: folder, TMPDIR: folder, PATH: folder, ...env },
    });
    const output = { out: '', err: '' };
    child.stdout.on('data', (data) => (output.out += data));
    child.stderr.on('data', (data) => (output.err += data));
    const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
    expect(output.err).not.toMatch(/^\s+at /m);
    return { status, ...output };
  }

  /** A Terraform that only tells its version. */
  function terraformOf(version: string): NodeJS.ProcessEnv {
    const bin = join(mkdtempSync(join(folder, 'bin-')), 'terraform');
    writeFileSync(bin, `#!/bin/sh\necho '{"terraform_version": "${version}"}'\n`, { mode: 0o755 });
    return { PATH: [dirname(bin), folder].join(delimiter) };
  }

  /** Something that answers as an emulator would. */
  async function endpoint(status: number, body: string): Promise<{ url: string; close: () => void }> {
    const server = createServer((_, response) => response.writeHead(status).end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
  }

  test('names a missing Terraform, and succeeds with --if-possible', async () => {
    const missing = await rehearse(['dev']);
    expect(missing).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^Terraform is not installed: install 1\.11/),
    });
    const skipped = await rehearse(['dev', '--if-possible']);
    expect(skipped).toMatchObject({ status: 0, out: expect.stringMatching(/^rehearsal skipped: Terraform is not/) });
  });

  test('names an old Terraform and a missing Python', async () => {
    expect((await rehearse(['dev'], terraformOf('1.5.7'))).err).toMatch(/^Terraform 1\.5\.7 is too old/);
    expect((await rehearse(['dev'], terraformOf('1.11.4'))).err).toMatch(/^the emulator needs Python 3\.10/);
  });

  test('names Docker where a cluster is asked for', async () => {
    expect((await rehearse(['dev', '--cluster'], terraformOf('1.11.4'))).err).toMatch(
      /^--cluster needs a running Docker/,
    );
  });

  test('does not guess an environment', async () => {
    expect((await rehearse(['deb'])).err.trim()).toBe("there is no environment 'deb': did you mean 'dev'?");
  });

  test('names an emulator that is not there, refuses the credentials, or is another account', async () => {
    const refusing = await endpoint(403, '<Error><Code>InvalidClientTokenId</Code></Error>');
    const other = await endpoint(200, '<Account>000000000000</Account>');
    const terraform = terraformOf('1.11.4');
    const at = (url: string) => rehearse(['dev', '--endpoint', url], { ...terraform, AWS_ACCESS_KEY_ID: 'wrong' });
    expect((await at('http://127.0.0.1:9')).err).toMatch(/^nothing answers at http:\/\/127\.0\.0\.1:9/);
    expect((await at(refusing.url)).err).toMatch(/refuses AWS_ACCESS_KEY_ID 'wrong'/);
    expect((await at(other.url)).err).toMatch(/for account 000000000000, and dev is account 111122223333/);
    refusing.close();
    other.close();
  });

  test('names a port that is taken', async () => {
    const taken = await endpoint(200, '');
    const env = terraformOf('1.11.4');
    const { err } = await rehearse(['dev', '--port', new URL(taken.url).port], env);
    expect(err).toMatch(/^port \d+ is taken/);
    taken.close();
  });

  test('names a folder that cannot be written', async () => {
    rmSync(join(folder, '.build'), { recursive: true, force: true });
    writeFileSync(join(folder, '.build'), 'a file in the way');
    const { err, status } = await rehearse(['dev']);
    rmSync(join(folder, '.build'));
    expect(err).toMatch(/^cannot write .*\.build/);
    expect(status).toBe(1);
  });
});
