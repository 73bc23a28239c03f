import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { services } from '../../environments';
import { read } from '../support/sources';
import { SynthesizedWorkspace } from '../support/workspace';

const workspace = new SynthesizedWorkspace();

const names = ['PLATFORM_ONBOARDING', 'KIRO_TESTING_GUIDE', 'MICROSERVICES_PLATFORM_GUIDE', 'MCP_CONFIGURATION_GUIDE'];

test.each([...names, 'AGENTS'])('%s.md is short enough to be read', (name) => {
  const lines = workspace.text(`${name}.md`).split('\n').length;
  expect(lines).toBeGreaterThan(50);
  expect(lines).toBeLessThan(300);
});

test('the onboarding looks at every component that can be looked at', () => {
  const components = workspace.model.workflows.flatMap((view) => view.components);
  const text = workspace.text('PLATFORM_ONBOARDING.md');
  expect(components.filter(({ id }) => !text.includes(`\`${id}\``)).map(({ id }) => id)).toEqual([]);
  expect(text).toContain(`${components.length} components`);
});

test('it names the versions that README and package.json ask for', () => {
  const text = workspace.text('PLATFORM_ONBOARDING.md');
  const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
  expect(text).toContain(`${engines.node.replace('>=', '')} or newer`);
  const [, terraform, awsCli] = /Terraform ([\d.]+) and the AWS CLI ([\d.]+)/.exec(read('README.md')) ?? [];
  expect(text).toContain(`| Terraform | ${terraform} or newer |`);
  expect(text).toContain(`| AWS CLI | ${awsCli} or newer |`);
});

test('services have the figures of each environment', () => {
  const text = workspace.text('MICROSERVICES_PLATFORM_GUIDE.md');
  for (const [topic, { partitions, keep }] of Object.entries(services.topics)) {
    expect(text).toContain(`| \`${topic}\` | ${partitions} | ${keep} |`);
  }
  for (const name of Object.keys(services.services)) expect(text).toContain(`| \`${name}\` | `);
});

test('the guard refuses what the testing guide says it refuses', () => {
  const folder = mkdtempSync(join(tmpdir(), 'groundplan-guard-'));
  for (const { path, content } of workspace.files.filter((file) => file.path.startsWith('.kiro/hooks/'))) {
    writeFileSync(join(folder, basename(path)), content);
  }
  const rows = [
    ...workspace.text('KIRO_TESTING_GUIDE.md').matchAll(/^\| `([^`]+)`[^|]* \| (\w+)[^|]* \| (\w+)[^|]* \|$/gm),
  ];
  const verdicts = rows
    .filter(([, , verdict = '']) => /^(runs|asks|refused)$/.test(verdict))
    .map(([, command = '', supervised = '']) => {
      const input = JSON.stringify({ tool_name: 'shell', tool_input: { command } });
      const { status } = spawnSync(process.execPath, [join(folder, 'guard.mjs')], { input, env: {} });
      return { command, refused: supervised === 'refused', status };
    });
  rmSync(folder, { recursive: true });
  expect(verdicts.length).toBeGreaterThan(6);
  expect(verdicts.filter(({ refused, status }) => status !== (refused ? 2 : 0))).toEqual([]);
});
