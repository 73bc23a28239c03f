import { execFileSync, spawnSync } from 'node:child_process';
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
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '..');

/** A checkout of its own, so that facts can be broken as a newcomer breaks them. */
function checkout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'groundplan-'));
  for (const name of [
    'bin',
    'lib',
    'stacks',
    'environments',
    'scripts',
    'bin',
    'main.ts',
    'package.json',
    'cdktf.json',
  ]) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

let folder: string;
beforeAll(() => {
  folder = checkout();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function synth(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/run.mjs', 'main.ts', ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

function edit(file: string, from: string, to: string): () => void {
  const path = join(folder, file);
  const before = readFileSync(path, 'utf8');
  if (!before.includes(from)) throw new Error(`${file} does not contain ${from}`);
  writeFileSync(path, before.replace(from, to));
  return () => writeFileSync(path, before);
}

const stacks = () =>
  existsSync(join(folder, 'cdktf.out/stacks')) ? readdirSync(join(folder, 'cdktf.out/stacks')) : [];

test.each([
  [
    'an unknown region',
    'environments/dev.ts',
    "region: 'us-east-1'",
    "region: 'us-est-1'",
    /^GP103 \[dev\.aws\.region\].*did you mean 'us-east-1'/,
  ],
  ['overlapping ranges', 'environments/staging.ts', '10.1.0.0/16', '10.0.0.0/16', /^GP110 \[staging\.network\.cidr\]/],
  ['min above max', 'environments/dev.ts', 'min: 3', 'min: 7', /^GP111 \[dev\.nodes\]/],
  [
    'a needed workflow off',
    'environments/dev.ts',
    "owner: 'platform-team'",
    "workflows: { ingress: false },\n  owner: 'platform-team'",
    /^GP112 \[dev\.workflows\.ingress\]/,
  ],
  [
    'an unknown key',
    'environments/dev.ts',
    'retention:',
    'retension:',
    /^GP101 \[dev\.retension\].*did you mean 'retention'/m,
  ],
  [
    'a bucket name that is too long',
    'main.ts',
    "project: 'ecotrack'",
    "project: 'ecotrack-for-everybody-in-the-whole-wide-company'",
    /^GP211 .*allowed up to 63|^GP211 .*Allowed: up to 63/m,
  ],
  [
    'a duplicate stack',
    'stacks/platform.ts',
    'const ingress',
    'new FoundationStack(app, { environment });\n  const ingress',
    /^GP203 \[dev-foundation\]/,
  ],
])('%s: exit code 1, one clear message, nothing written', (_, file, from, to, message) => {
  const restore = edit(file, from, to);
  const { status, stderr } = synth();
  restore();
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(status).toBe(1);
  expect(readdirSync(folder).filter((name) => name.includes('cdktf.out'))).toEqual([]);
});

test('a typo in the name of an environment', () => {
  const { status, stderr } = synth('stagin');
  expect(stderr.trim()).toBe(
    "GP114 [command line] there is no environment 'stagin'. Allowed: dev, staging, prod. Fix: did you mean 'staging'?.",
  );
  expect(status).toBe(1);
});

test('stale stacks go, stacks of environments left out stay, files of Terraform stay', () => {
  expect(synth().status).toBe(0);
  expect(stacks()).toHaveLength(21);
  const lock = join(folder, 'cdktf.out/stacks/dev-foundation/.terraform.lock.hcl');
  writeFileSync(lock, '# lock');
  const restore = edit(
    'environments/dev.ts',
    "owner: 'platform-team'",
    "workflows: { mesh: false },\n  owner: 'platform-team'",
  );
  expect(synth('dev').status).toBe(0);
  restore();
  expect(stacks()).toHaveLength(20);
  expect(stacks()).not.toContain('dev-mesh');
  expect(existsSync(lock)).toBe(true);
  const manifest = JSON.parse(readFileSync(join(folder, 'cdktf.out/manifest.json'), 'utf8')) as { stacks: object };
  expect(Object.keys(manifest.stacks)).toHaveLength(20);
});

test('two runs write the same bytes', () => {
  const hash = () =>
    execFileSync('sh', ['-c', 'find cdktf.out -type f | sort | xargs sha256sum | sha256sum'], {
      cwd: folder,
      encoding: 'utf8',
    });
  synth();
  const first = hash();
  synth();
  expect(hash()).toBe(first);
});

test('a folder that cannot be written is named', () => {
  rmSync(join(folder, 'cdktf.out'), { recursive: true, force: true });
  writeFileSync(join(folder, 'cdktf.out'), 'a file in the way');
  const { status, stderr } = synth();
  rmSync(join(folder, 'cdktf.out'));
  expect(stderr).toMatch(/^GP401 \[cdktf\.out\]/);
  expect(status).toBe(1);
});
