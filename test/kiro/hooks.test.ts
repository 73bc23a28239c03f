import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guardFiles } from '../../lib/kiro/guard/files';
import { hookFiles } from '../../lib/kiro/hooks/hooks';
import { environmentMark } from '../../lib/kiro/mcp/settings-file';
import { platformModel, projectWith } from '../support/platform-model';
import { filesIn, read, root } from '../support/sources';

interface Hook {
  readonly name: string;
  readonly trigger: string;
  readonly matcher?: string;
  readonly action: { readonly type: string; readonly command: string };
  readonly timeout: number;
}

const files = [...hookFiles(), ...guardFiles(platformModel())];
const paths = files.map(({ path }) => path);
const [json] = files.filter(({ path }) => path.endsWith('.json'));
const document = JSON.parse(json?.content ?? '') as { version: string; hooks: Hook[] };
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
const sources = ['lib', 'stacks', 'environments'].flatMap((folder) => filesIn(folder, '.ts')).concat('main.ts');
const hook = (name: string) => document.hooks.find((one) => one.name === name) as Hook;

test('the folder holds one file of hooks and scripts, flat', () => {
  expect(paths.every((path) => /^\.kiro\/hooks\/[\w-]+\.(json|mjs)$/.test(path))).toBe(true);
  expect(paths.filter((path) => path.endsWith('.json'))).toEqual(['.kiro/hooks/groundplan.json']);
});

test('hooks have the form of version 1', () => {
  expect(Object.keys(document)).toEqual(['version', 'hooks']);
  expect(document.version).toBe('v1');
  expect(new Set(document.hooks.map(({ name }) => name)).size).toBe(document.hooks.length);
});

describe.each(document.hooks.map((one) => [one.name, one] as const))(
  '%s',
  (_, { trigger, matcher, action, timeout, ...others }) => {
    test('has known keys and values', () => {
      expect(Object.keys(others).toSorted()).toEqual(['description', 'name']);
      expect(['SessionStart', 'PreToolUse', 'PostFileSave', 'PostFileCreate']).toContain(trigger);
      expect(Object.keys(action)).toEqual(['type', 'command']);
      expect(action.type).toBe('command');
      expect(Number.isInteger(timeout) && timeout >= 1).toBe(true);
    });

    test('has a matcher that compiles, where Kiro tests one', () => {
      expect(matcher === undefined).toBe(trigger === 'SessionStart');
      expect(() => new RegExp(matcher ?? '')).not.toThrow();
      expect(matcher ?? '').not.toMatch(/\\\\|[A-Z]:/);
    });

    test('matches files that there are, by relative and absolute path', () => {
      if (!trigger.startsWith('PostFile')) return;
      const pattern = new RegExp(matcher ?? '');
      expect(sources.filter((path) => pattern.test(path)).length).toBeGreaterThan(0);
      expect(sources.filter((path) => pattern.test(path))).toEqual(
        sources.filter((path) => pattern.test(join(root, path))),
      );
    });

    test('runs what exists', () => {
      for (const part of action.command.split(' && ')) {
        const [program, first = '', second = ''] = part.split(' ');
        expect(['node', 'npm']).toContain(program);
        if (program === 'node') expect(paths).toContain(first);
        else expect(Object.keys(scripts)).toContain(first === 'run' ? second : first);
      }
    });
  },
);

test('the guard sees every tool that runs commands, writes files or belongs to a server', () => {
  const pattern = new RegExp(hook('guard').matcher ?? '');
  const guarded = [
    'execute_bash',
    'shell',
    'fs_write',
    'fs_append',
    'str_replace',
    'delete_file',
    '@k8s-prod/pods_delete',
    '@mcp',
    'write',
  ];
  expect(guarded.filter((tool) => !pattern.test(tool))).toEqual([]);
  expect(pattern.test('fs_read')).toBe(false);
});

test('facts and stacks are synthesized, the library is tested', () => {
  const runs = (path: string) =>
    document.hooks
      .filter(({ trigger, matcher = '' }) => trigger === 'PostFileSave' && new RegExp(matcher).test(path))
      .map(({ name }) => name);
  expect(runs('environments/dev.ts')).toEqual(['synth-after-edit']);
  expect(runs('stacks/data.ts')).toEqual(['synth-after-edit']);
  expect(runs('main.ts')).toEqual(['synth-after-edit']);
  expect(runs('lib/data/redis.ts')).toEqual(['test-after-edit']);
  expect(runs('README.md')).toEqual([]);
});

describe('the context of a session', () => {
  let project: string;
  beforeAll(() => {
    project = projectWith(files);
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  function context(check: string, variables: Record<string, string> = {}) {
    writeFileSync(join(project, 'package.json'), JSON.stringify({ scripts: { kiro: 'node check.mjs' } }));
    writeFileSync(join(project, 'check.mjs'), check);
    const { status, stdout } = spawnSync(process.execPath, ['.kiro/hooks/context.mjs'], {
      cwd: project,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: project, ...variables },
    });
    return { status, lines: stdout.trim().split('\n') };
  }

  test('tells environment, mode and limits', () => {
    const { status, lines } = context('', { [environmentMark]: 'dev' });
    expect(status).toBe(0);
    expect(lines).toEqual([
      'Environment: dev (cluster ecotrack-dev-cluster).',
      'Mode: autopilot. Changes of configuration: allowed. Scaling: allowed, up to 5 replicas of a service.',
      'Drift: none, every generated file is as the model says.',
    ]);
  });

  test('takes the strictest rules where nothing tells the environment', () => {
    const { lines } = context('');
    expect(lines[0]).toContain('Environment: unknown, so the rules of prod hold.');
    expect(lines[1]).toContain('Changes of configuration: approval.');
  });

  test('shows drift, and not too much of it', () => {
    const { status, lines } = context("for (let i = 0; i < 99; i++) console.log('line', i); process.exit(1)");
    expect(status).toBe(0);
    expect(lines.some((line) => line.startsWith('Drift: generated files differ'))).toBe(true);
    expect(lines.length).toBeLessThan(30);
  });
});

test('every script of the guard is part of the package', () => {
  const { files: shipped } = JSON.parse(read('package.json')) as { files: string[] };
  expect(shipped).toContain('lib/kiro/guard/*.mjs');
  const missing = guardFiles(platformModel())
    .map(({ path }) => path.replace('.kiro/hooks', 'lib/kiro/guard'))
    .filter((path) => !path.endsWith('guard-policy.mjs') && !existsSync(join(root, path)));
  expect(missing).toEqual([]);
});
