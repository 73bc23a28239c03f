import { type Block, code, fence, heading, list, table } from '../markdown';
import { byStrictness, type Reach, reachOf } from '../mcp/reach';
import { mcpApprovedEnvVars, mcpVariables } from '../mcp/required-variables';
import { type ServerKind, verdictsOf } from '../mcp/server-kind';
import { serverKinds } from '../mcp/servers';
import { type McpServer, mcpServers } from '../mcp/settings';
import { settingsPath } from '../mcp/settings-file';
import type { PlatformModel } from '../model';
import { codes, sentence } from '../steering/wording';
import { type Guide, steps } from './guide';

/** The servers that Kiro starts: what they may do, what they need, how one environment is chosen. */
export const mcpConfiguration: Guide = {
  file: 'MCP_CONFIGURATION_GUIDE.md',
  title: 'MCP servers',
  render: (model) => {
    const servers = mcpServers(model);
    return [
      `Kiro starts the servers of [${settingsPath}](${settingsPath}). The file is made from the model for all environments: ${servers.length} servers, of which those that every environment shares and those of one environment are on.`,
      heading(2, 'Servers'),
      table(
        ['Server', 'What it does', 'Package', 'In', 'Limited by'],
        serverKinds.map((kind) => row(kind, servers)),
      ),
      ...reaches(model),
      ...setup(model),
      ...choice(model),
      ...check(),
      heading(2, 'What is called without asking'),
      'Names are those that a server of that version lists; a tool that is in neither column is asked for.',
      table(['Server', 'Called without asking', 'Not offered'], servers.map(tools)),
      ...ownServers(),
      ...troubleshooting(),
    ];
  },
};

const launchers: Readonly<Record<ServerKind['launcher'], string>> = {
  npx: 'Node.js',
  uvx: 'uv (`uvx`)',
  docker: 'Docker',
};

function row(kind: ServerKind, servers: readonly McpServer[]): string[] {
  const names = servers.filter((server) => server.kind === kind).map(({ environment }) => environment?.name ?? 'all');
  return [
    code(kind.key),
    sentence(kind.purpose),
    `${code(`${kind.package} ${kind.version}`)}, by ${launchers[kind.launcher]}`,
    names.join(', ') || '-',
    limitOf(kind),
  ];
}

function limitOf(kind: ServerKind): string {
  if (kind.readOnly === 'flag') return 'a flag: what changes something is not listed, except where changes are allowed';
  const changes = [...verdictsOf(kind).values()].some((verdict) => verdict === 'changing' || verdict === 'refused');
  return changes ? 'the rights of its credentials' : 'it has no tool that changes something';
}

const reachTexts: Readonly<Record<Reach, string>> = {
  open: 'reads logs and contents without asking; tools that change something are offered and asked for',
  rehearsed: 'reads names, states and definitions without asking; nothing that changes something is offered',
  guarded: 'reads names, states and figures without asking; nothing that changes something is offered',
};

function reaches({ environments }: PlatformModel): Block[] {
  const sorted = byStrictness(environments.map(({ environment }) => environment));
  return [
    heading(2, 'How far they go'),
    'It follows from `automation` in the facts of an environment. Servers that all environments share go as far as the strictest.',
    table(
      ['Environment', 'Mode', 'Changes of configuration', 'Servers'],
      sorted.map((environment) => {
        const { mode, configuration } = environment.facts.automation;
        return [environment.name, mode, configuration, reachTexts[reachOf(environment)]];
      }),
    ),
    'What limits a server for certain are the rights of the role, the kubeconfig and the tokens it is given: make them read-only. Flags of a server and `disabledTools` come second; `autoApprove` and what stands in steering only save or ask for a click.',
  ];
}

function setup(model: PlatformModel): Block[] {
  const variables = mcpVariables(model);
  return [
    heading(2, 'Set up'),
    steps(
      `Install what starts the servers: ${[...new Set(serverKinds.map(({ launcher }) => launchers[launcher]))].join(', ')}. Versions of packages are pinned, so an update is a change of the model.`,
      'Make the values below and export them where Kiro is started from. An IDE that is started from the desktop does not see what a shell profile exports: start it from a terminal.',
      [
        'Approve the names in your own settings of Kiro. A name that is not approved reaches the server as literal text, and it fails to sign in.',
        fence('json', JSON.stringify({ 'kiroAgent.mcpApprovedEnvVars': mcpApprovedEnvVars(model) }, null, 2)),
      ],
      'Choose an environment and check it (next sections).',
    ),
    table(
      ['Variable', 'Holds', 'Comes from', 'Servers'],
      variables.map(({ name, meaning, how, servers }) => [
        code(name),
        meaning,
        /^[A-Z]/.test(how) ? how : code(how),
        codes(servers),
      ]),
    ),
    'A kubeconfig holds one cluster and no other. No value is written into a file of the repository.',
  ];
}

function choice({ environments }: PlatformModel): Block[] {
  const names = byStrictness(environments.map(({ environment }) => environment)).map(({ name }) => name);
  return [
    heading(2, 'Choose an environment'),
    fence('sh', names.map((name) => `npx groundplan mcp use ${name}`).join('\n')),
    list([
      `Without a name the environment is told by \`GROUNDPLAN_ENVIRONMENT\`, then the context of kubectl, then the AWS profile. Where nothing tells it, it is the strictest: ${names.at(-1)}.`,
      'Servers of that environment go on, those of all others off. Shared servers and your own stay as they are. Kiro reads the file again by itself.',
      'The choice survives `npm run synth` and counts as no hand edit.',
    ]),
  ];
}

function check(): Block[] {
  return [
    heading(2, 'Check'),
    fence('sh', 'npx groundplan mcp check\nnpx groundplan mcp check --help'),
    'It starts every server that is on and asks for its tools, and tells how long that took, which names in `autoApprove` the server does not have, and which packages are not pinned. It ends with 1 where something was found.',
  ];
}

function tools({ name, settings: { autoApprove = [], disabledTools = [] } }: McpServer): string[] {
  return [code(name), codes(autoApprove) || '-', codes(disabledTools) || '-'];
}

function ownServers(): Block[] {
  return [
    heading(2, 'A server of your own'),
    'Add it to the file under a name that no generated server has; it is kept as it is. One that you alone want belongs into the settings of your user. One for everybody belongs into `lib/kiro/mcp`, with the verdict on each of its tools.',
    fence(
      'json',
      JSON.stringify(
        {
          mcpServers: {
            mine: { command: 'npx', args: ['-y', '<package>@<version>'], autoApprove: [], disabled: false },
          },
        },
        null,
        2,
      ),
    ),
  ];
}

function troubleshooting(): Block[] {
  return [
    heading(2, 'Troubleshooting'),
    table(
      ['What is seen', 'Why', 'What helps'],
      [
        ['[GP403](docs/errors.md#gp403)', 'the file is missing or is no JSON', '`npm run synth`'],
        [
          '[GP402](docs/errors.md#gp402)',
          'a generated server was changed, or yours has its name',
          'rename yours; change the generated one in the model',
        ],
        ['[GP404](docs/errors.md#gp404)', 'a package that the check needs is not installed', '`npm ci`'],
        [
          'a server asks for credentials or answers 401',
          'its variable is not approved or not set',
          'Set up, steps 2 and 3',
        ],
        [
          'a server does not start in time',
          'its package is fetched for the first time',
          '`npx groundplan mcp check`, which shows the time; then try again',
        ],
        [
          '`connection refused` on 127.0.0.1',
          'the port is not forwarded',
          'the command in the table of variables, in a shell that stays open',
        ],
        [
          'the assistant sees another environment than you',
          'another one is on',
          '`npx groundplan mcp use <environment>`',
        ],
      ],
    ),
  ];
}
