import { parse } from 'yaml';
import { limitsOf, type Mode } from '../../lib/core/autonomy';
import { agentFiles, fragmentPath } from '../../lib/kiro/agents/agents';
import { guardFiles } from '../../lib/kiro/guard/files';
import { mcpServers } from '../../lib/kiro/mcp/settings';
import { guardedCommands } from '../support/guarded-commands';
import { decide, decideLine, type Rule } from '../support/kiro-permissions';
import { platformModel } from '../support/platform-model';

interface Agent {
  readonly name: string;
  readonly description: string;
  readonly tools: readonly string[];
  readonly includeMcpJson: boolean;
  readonly permissions: { readonly rules: readonly Rule[] };
}

const files = agentFiles(platformModel());
const content = (path: string) => files.find((file) => file.path === path)?.content ?? '';

function agent(mode: string): Agent {
  const [, front = ''] = /^---\n(.*?)\n---\n/s.exec(content(`.kiro/agents/${mode}.md`)) ?? [];
  return parse(front, { version: '1.2' }) as Agent;
}

const supervised = agent('supervised');
const autopilot = agent('autopilot');
const servers = mcpServers(platformModel());
const of = ({ permissions }: Agent, effect: string) => permissions.rules.filter((rule) => rule.effect === effect);
const patterns = (rules: readonly Rule[]) =>
  rules.flatMap(({ capability, match = [] }) => match.map((one) => `${capability} ${one}`));

describe.each([
  ['supervised', supervised],
  ['autopilot', autopilot],
])('%s', (mode, { name, description, tools, includeMcpJson, permissions, ...others }) => {
  test('has the keys that Kiro needs and none that it chokes on', () => {
    expect(name).toBe(mode);
    expect(description).not.toBe('');
    expect(tools).toContain('shell');
    expect(includeMcpJson).toBe(true);
    expect(tools).toContain('@mcp');
    expect(Object.keys(others)).toEqual(['resources']);
    expect(Object.keys(permissions)).toEqual(['rules']);
  });

  test('has rules of known form', () => {
    for (const { capability, effect, match = [], ...more } of permissions.rules) {
      expect(['shell', 'mcp', 'fs_read', 'fs_write']).toContain(capability);
      expect(['allow', 'ask', 'deny']).toContain(effect);
      expect(more).toEqual({});
      expect(match.length).toBeGreaterThan(0);
      expect(new Set(match).size).toBe(match.length);
      expect(match).not.toContain('*');
      if (capability === 'shell' || capability === 'mcp')
        expect(match.filter((pattern) => /[?[\]{}^$|\\]|\*\*/.test(pattern))).toEqual([]);
    }
  });

  test('allows no program with all of its commands', () => {
    const programs = ['terraform', 'kubectl', 'helm', 'aws', 'npx', 'npm', 'node', 'bash', 'git'];
    const allowed = permissions.rules.filter(({ effect }) => effect === 'allow').flatMap(({ match = [] }) => match);
    expect(programs.filter((program) => allowed.includes(`${program} *`))).toEqual([]);
  });

  test('names servers and tools that there are', () => {
    const unknown = permissions.rules
      .filter(({ capability }) => capability === 'mcp')
      .flatMap(({ match = [] }) => match)
      .filter((pattern) => {
        const [server, tool = ''] = pattern.split('/');
        const known = servers.find((one) => one.name === server);
        return !known?.kind.toolsets.some((toolset) => JSON.stringify(toolset).includes(`"${tool}"`));
      });
    expect(unknown).toEqual([]);
  });

  test('calls without asking what the server settings approve', () => {
    const asked = servers.flatMap(({ name: server, settings }) =>
      (settings.autoApprove ?? []).filter((tool) => decide(permissions.rules, 'mcp', `${server}/${tool}`) !== 'allow'),
    );
    expect(asked).toEqual([]);
    expect(decide(permissions.rules, 'mcp', 'k8s-dev/pods_delete')).toBe('deny');
    expect(decide(permissions.rules, 'mcp', 'unknown/tool')).toBe('ask');
  });

  test('says to every command what the table says', () => {
    const wrong = guardedCommands.flatMap(({ command, agents: expected }) => {
      const wanted = typeof expected === 'string' ? expected : expected[mode as 'supervised' | 'autopilot'];
      const found = decideLine(permissions.rules, command);
      return found === wanted ? [] : [`${command}: ${found}, expected ${wanted}`];
    });
    expect(wrong).toEqual([]);
  });

  test('tells the rules and the limits of every environment', () => {
    const text = content(`.kiro/agents/${mode}.md`);
    for (const { environment } of platformModel().environments) {
      const { mode: own, scaling, configuration, costOptimization, securityUpdates } = environment.facts.automation;
      const { replicas, nodes, operationsPerHour } = limitsOf(environment, mode as Mode);
      const rules = [environment.name, own, scaling, configuration, costOptimization, securityUpdates];
      expect(text).toContain(`| ${rules.join(' | ')} |`);
      expect(text).toContain(`| ${[environment.name, replicas, nodes, operationsPerHour].join(' | ')} |`);
    }
  });

  test('is text that Kiro reads', () => {
    const text = content(`.kiro/agents/${mode}.md`);
    expect(text.startsWith('---\n')).toBe(true);
    expect(text).not.toMatch(/\r|\b\d{12}\b/);
    expect(text.endsWith('\n')).toBe(true);
  });
});

test('every front matter has no YAML 1.1 booleans', () => {
  const plain = files.filter(({ path }) => path.endsWith('.md')).map(({ content }) => content.split('\n---\n')[0]);
  expect(plain.filter((text = '') => /: (yes|no|on|off)$/im.test(text))).toEqual([]);
});

test('what is denied is the same for both', () => {
  expect(of(autopilot, 'deny')).toEqual(of(supervised, 'deny'));
  expect(of(supervised, 'deny').length).toBeGreaterThan(0);
});

test('what the supervised agent may do, the autopilot may do or asks for', () => {
  const more = new Set(patterns(of(autopilot, 'allow')));
  expect(patterns(of(supervised, 'allow')).filter((pattern) => !more.has(pattern))).toEqual([]);
});

test('the autopilot changes no environment but those left to it', () => {
  const { rules } = autopilot.permissions;
  expect(decideLine(rules, 'npx cdktf deploy dev-foundation')).toBe('allow');
  for (const command of [
    'npx cdktf deploy staging-foundation',
    'npx cdktf deploy dev-foundation prod-foundation',
    'npx cdktf deploy dev-foundation "prod-*"',
    'kubectl --context ecotrack-dev-cluster apply -f x --context ecotrack-prod-cluster',
    'kubectl --context a/ecotrack-staging-cluster scale deploy/web --replicas 2',
    'npm run kiro -- --force',
    'npx groundplan mcp use prod',
  ]) {
    expect([command, decideLine(rules, command)]).toEqual([command, 'ask']);
  }
});

test('state and guard are not written, state and keys are not read', () => {
  const written = of(supervised, 'deny').find(({ capability }) => capability === 'fs_write')?.match;
  expect(written).toEqual(expect.arrayContaining(['**/*.tfstate', '.kiro/hooks/**', '.kiro/settings/**']));
  expect(autopilot.permissions.rules).toContainEqual({ capability: 'fs_write', effect: 'allow', match: ['./**'] });
  expect(supervised.permissions.rules.some((rule) => rule.capability === 'fs_write' && rule.effect === 'allow')).toBe(
    false,
  );
});

describe('rules for a person', () => {
  const fragment = parse(content(fragmentPath), { version: '1.2' }) as { rules: Rule[] };

  test('are outside of .kiro, where nobody would read them', () => {
    expect(files.filter(({ path }) => path.startsWith('.kiro/') && path.includes('permissions'))).toEqual([]);
    expect(Object.keys(fragment)).toEqual(['rules']);
  });

  test('deny what the agents deny and allow nothing', () => {
    expect(fragment.rules.filter(({ effect }) => effect === 'deny')).toEqual(of(supervised, 'deny'));
    expect(fragment.rules.some(({ effect }) => effect === 'allow')).toBe(false);
  });
});

describe('settings of the editor', () => {
  const file = files.find(({ path }) => path === '.vscode/settings.json');
  const merged = (onDisk: string) => file?.carryOver?.(file.content, onDisk);

  test('hold the mode and nothing else', () => {
    expect(JSON.parse(file?.content ?? '')).toEqual({ 'kiroAgent.agentAutonomy': 'Supervised' });
  });

  test.each([
    [
      'other settings',
      '{\n  "editor.tabSize": 2\n}\n',
      '{\n  "kiroAgent.agentAutonomy": "Supervised",\n  "editor.tabSize": 2\n}\n',
    ],
    [
      'another mode',
      '{ "kiroAgent.agentAutonomy": "Autopilot", "a": 1 }\n',
      '{ "kiroAgent.agentAutonomy": "Supervised", "a": 1 }\n',
    ],
    [
      'comments',
      '{\n  // mine\n  "a": 1,\n}\n',
      '{\n  "kiroAgent.agentAutonomy": "Supervised",\n  // mine\n  "a": 1,\n}\n',
    ],
    [
      'a mode in a comment',
      '{\n  // "kiroAgent.agentAutonomy": "Autopilot"\n}\n',
      '{\n  "kiroAgent.agentAutonomy": "Supervised",\n  // "kiroAgent.agentAutonomy": "Autopilot"\n}\n',
    ],
    ['nothing', '{}\n', '{\n  "kiroAgent.agentAutonomy": "Supervised"\n}\n'],
    ['an empty file', '', '{\n  "kiroAgent.agentAutonomy": "Supervised"\n}\n'],
    ['an empty object inside', '{\n  "a": {}\n}\n', '{\n  "kiroAgent.agentAutonomy": "Supervised",\n  "a": {}\n}\n'],
  ])('keep %s', (_, onDisk, expected) => {
    expect(merged(onDisk)).toBe(expected);
    expect(merged(expected)).toBe(expected);
  });
});

test('all of it is the same on a second run', () => {
  expect(agentFiles(platformModel()).map(({ content }) => content)).toEqual(files.map(({ content }) => content));
  expect(guardFiles(platformModel())).toEqual(guardFiles(platformModel()));
});
