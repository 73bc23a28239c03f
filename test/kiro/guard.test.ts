import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guardFiles } from '../../lib/kiro/guard/files';
import { approvalVariable, guardPolicy } from '../../lib/kiro/guard/policy';
import { guardedCommands } from '../support/guarded-commands';
import { platformModel, projectWith } from '../support/platform-model';

interface Answer {
  readonly code: number | null;
  readonly out: string;
  readonly reason: string;
}

let project: string;

beforeAll(() => {
  project = projectWith(guardFiles(platformModel()));
  writeFileSync(join(project, 'kubeconfig'), 'apiVersion: v1\ncurrent-context: cluster/ecotrack-dev-cluster\n');
  writeFileSync(join(project, 'harmless.sh'), '#!/bin/sh\nkubectl get pods\n');
  writeFileSync(join(project, 'harmful.sh'), '#!/bin/sh\n# tidy up\nkubectl delete ns x\n');
  const scripts = {
    down: 'cdktf destroy dev-data',
    look: 'cdktf list',
    again: 'npm run again',
    loop: 'echo && npm run down',
  };
  writeFileSync(join(project, 'package.json'), JSON.stringify({ scripts }));
  mkdirSync(join(project, 'cdktf.out/stacks/dev-foundation'), { recursive: true });
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

function run(input: string, variables: Record<string, string> = {}, folder = project): Promise<Answer> {
  const env = { PATH: process.env.PATH ?? '', HOME: project, KUBECONFIG: join(project, 'kubeconfig'), ...variables };
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(folder, '.kiro/hooks/guard.mjs')], { cwd: project, env });
    let out = '';
    let reason = '';
    child.stdout.on('data', (text) => {
      out += text;
    });
    child.stderr.on('data', (text) => {
      reason += text;
    });
    child.on('close', (code) => done({ code, out, reason }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function call(tool: string, input: object, variables?: Record<string, string>): Promise<Answer> {
  const text = JSON.stringify({ hook_event_name: 'PreToolUse', cwd: project, tool_name: tool, tool_input: input });
  return run(text, variables);
}

const shell = (command: string, variables?: Record<string, string>) => call('execute_bash', { command }, variables);

function verdict({ code, out }: Answer): string {
  if (code === 0) return out === '' ? 'go' : 'ask';
  return code === 2 ? 'refuse' : `ended with ${code}`;
}

test('it says the same to every command as the table', async () => {
  const wrong: string[] = [];
  const queue = [...guardedCommands];
  const worker = async () => {
    for (let next = queue.pop(); next; next = queue.pop()) {
      const answer = await shell(next.command);
      if (verdict(answer) !== next.guard) wrong.push(`${next.command}: ${verdict(answer)} ${answer.reason}`);
      if (next.guard === 'refuse' && !answer.reason.startsWith('groundplan guard refused: '))
        wrong.push(`${next.command}: no reason`);
    }
  };
  await Promise.all([worker(), worker(), worker()]);
  expect(guardedCommands.length).toBeGreaterThan(60);
  expect(wrong).toEqual([]);
}, 60_000);

describe('it fails closed', () => {
  test.each([
    ['nothing', ''],
    ['no JSON', 'terraform plan'],
    ['no object', 'null'],
    ['no tool', JSON.stringify({ tool_input: { command: 'ls' } })],
    ['no input', JSON.stringify({ tool_name: 'execute_bash' })],
    ['an empty input', JSON.stringify({ tool_name: 'execute_bash', tool_input: {} })],
    ['an empty command', JSON.stringify({ tool_name: 'execute_bash', tool_input: { command: ' ' } })],
    ['a command that is no text', JSON.stringify({ tool_name: 'execute_bash', tool_input: { command: 7 } })],
    ['an empty input of another tool', JSON.stringify({ tool_name: 'fs_write', tool_input: {} })],
  ])('on %s', async (_, input) => {
    const { code, reason } = await run(input);
    expect(code).toBe(2);
    expect(reason).not.toBe('');
  });

  test.each(['guard-policy.mjs', 'guard-judge.mjs', 'guard-shell.mjs'])('without %s', async (name) => {
    const files = guardFiles(platformModel()).filter(({ path }) => !path.endsWith(name));
    const folder = projectWith(files);
    const input = JSON.stringify({ tool_name: 'execute_bash', tool_input: { command: 'ls' } });
    expect((await run(input, {}, folder)).code).toBe(2);
    rmSync(folder, { recursive: true });
  });
});

describe('files and tools', () => {
  test.each([
    ['fs_write', { path: 'environments/dev.ts' }, 'go'],
    ['fs_write', { path: '.kiro/hooks/guard.mjs' }, 'refuse'],
    ['fs_write', { path: 'terraform.dev-data.tfstate' }, 'refuse'],
    ['fs_write', { path: '.gitignore', text: '*.tfstate' }, 'go'],
    ['delete_file', { path: 'terraform.dev-data.tfstate.backup' }, 'refuse'],
    ['delete_file', { targetFile: '.kiro/settings/mcp.json' }, 'refuse'],
    ['@k8s-prod/pods_list', {}, 'go'],
    ['@k8s-prod/pods_delete', {}, 'refuse'],
    ['@k8s-dev/resources_scale', { replicas: 2 }, 'go'],
    ['@k8s-prod/resources_create_or_update', {}, 'refuse'],
    ['@github/actions_run_trigger', {}, 'refuse'],
  ])('%s %j', async (tool, input, expected) => {
    expect(verdict(await call(tool, input))).toBe(expected);
  });
});

describe('scripts are judged by what they say', () => {
  test.each([
    ['bash harmless.sh', 'go'],
    ['./harmless.sh', 'go'],
    ['bash harmful.sh', 'refuse'],
    ['./harmful.sh', 'refuse'],
    ['source harmful.sh', 'refuse'],
    ['cd cdktf.out; bash harmless.sh', 'refuse'],
    ['npm run look', 'go'],
    ['npm run down', 'refuse'],
    ['npm run --silent loop', 'refuse'],
    ['npm run again', 'refuse'],
  ])('%s', async (command, expected) => {
    expect(verdict(await shell(command))).toBe(expected);
  });
});

test('the checks of every component pass in an open environment', () => {
  const checks = platformModel().environments.flatMap(({ workflows }) =>
    workflows.flatMap(({ components }) => components.flatMap((component) => component.checks)),
  );
  const program = `
    import policy from './.kiro/hooks/guard-policy.mjs';
    import { Judge } from './.kiro/hooks/guard-judge.mjs';
    for (const check of JSON.parse(process.argv[2]))
      new Judge(policy, { cwd: process.cwd(), env: process.env }).line(check);`;
  writeFileSync(join(project, 'checks.mjs'), program);
  const { status, stderr } = spawnSync(process.execPath, ['checks.mjs', JSON.stringify([...new Set(checks)])], {
    cwd: project,
    encoding: 'utf8',
    env: { ...process.env, KUBECONFIG: join(project, 'kubeconfig') },
  });
  expect(checks.length).toBeGreaterThan(50);
  expect([status, stderr]).toEqual([0, '']);
});

describe('environments', () => {
  const deploy = 'npx cdktf deploy prod-data';

  test('a person opens the one that wants approval, and still confirms', async () => {
    expect(verdict(await shell(deploy, { [approvalVariable]: 'prod' }))).toBe('ask');
    expect(verdict(await shell(deploy, { [approvalVariable]: 'staging' }))).toBe('refuse');
  });

  test('approval does not open what is refused everywhere', async () => {
    expect(verdict(await shell('npx cdktf destroy prod-data', { [approvalVariable]: 'prod' }))).toBe('refuse');
  });

  test('without a context the strictest rules hold', async () => {
    const { code, reason } = await shell('kubectl apply -f x', { KUBECONFIG: join(project, 'none') });
    expect(code).toBe(2);
    expect(reason).toContain('prod');
  });

  test('the policy knows every environment, the strictest first', () => {
    const { environments } = guardPolicy(platformModel());
    expect(environments.map(({ name }) => name)).toEqual(['prod', 'staging', 'dev']);
  });
});
