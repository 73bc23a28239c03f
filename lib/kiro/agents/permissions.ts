import type { Mode } from '../../core/autonomy';
import { type GuardPolicy, guardPolicy } from '../guard/policy';
import type { GovernedTool, Refusal } from '../guard/tools';
import { listed } from '../mcp/server-kind';
import { type McpServer, mcpServers } from '../mcp/settings';
import type { PlatformModel } from '../model';

/** A rule as Kiro reads it: deny wins over ask, ask over allow, and what no rule names is asked for. */
export interface PermissionRule {
  readonly capability: 'shell' | 'mcp' | 'fs_read' | 'fs_write';
  readonly effect: 'allow' | 'ask' | 'deny';
  /** Globs; in commands and names of tools `*` is the only sign. */
  readonly match: readonly string[];
}

/** There is an agent for each mode. */
export type AgentMode = Mode;

/** Commands of a project that neither reach a cluster nor an account. */
const projectCommands: Readonly<Record<AgentMode, readonly string[]>> = {
  supervised: [
    ...['npm run synth', 'npm run lint', 'npm run typecheck', 'npm run check', 'npm test', 'npm test *'],
    ...['npm run kiro -- --check', 'npx groundplan kiro --check', 'npx tsc --noEmit', 'ls', 'ls *', 'grep *', 'pwd'],
    ...['graph', 'capacity', 'cost', 'environments', 'mcp check'].flatMap((words) => exactly('npx groundplan', words)),
  ],
  autopilot: ['npm run *', 'npx groundplan kiro', 'npx jest *', 'npx biome *', 'git add *', 'git commit *', 'mkdir *'],
};

/** Commands of a project that overwrite what people wrote, or change where the servers of an assistant point. */
const askedInProject = ['*kiro* --force*', '*mcp use *'];

const writtenByOthers = ['**/*.tfstate', '**/*.tfstate.*', '.kiro/hooks/**', '.kiro/agents/**', '.kiro/settings/**'];
const unread = ['**/*.tfstate', '**/*.tfstate.*', '**/.env', '**/*.pem'];

/** The rules of one agent; what is denied is the same for both. */
export function permissionRules(model: PlatformModel, mode: AgentMode): PermissionRule[] {
  const policy = guardPolicy(model);
  const servers = mcpServers(model);
  const isAutopilot = mode === 'autopilot';
  const allowed = [
    ...policy.tools.flatMap((tool) => tool.unasked.flatMap((words) => here(tool, words))),
    ...projectCommands.supervised,
    ...(isAutopilot ? [...projectCommands.autopilot, ...openedCommands(policy)] : []),
  ];
  return filled([
    { capability: 'shell', effect: 'allow', match: allowed },
    { capability: 'shell', effect: 'ask', match: isAutopilot ? elsewhere(policy) : askedCommands(policy, () => true) },
    { capability: 'mcp', effect: 'allow', match: named(servers, ({ settings }) => settings.autoApprove ?? []) },
    { capability: 'mcp', effect: 'ask', match: named(servers, ({ askedTools }) => askedTools) },
    { capability: 'fs_read', effect: 'allow', match: ['./**'] },
    ...(isAutopilot ? [{ capability: 'fs_write', effect: 'allow', match: ['./**'] } as const] : []),
    ...denials(model),
  ]);
}

/** What a person confirms in every case, for rules outside of agents. */
export function questions(model: PlatformModel): PermissionRule[] {
  return filled([{ capability: 'shell', effect: 'ask', match: askedCommands(guardPolicy(model), () => true) }]);
}

/** What no agent does. */
export function denials(model: PlatformModel): PermissionRule[] {
  const commands = [...guardPolicy(model).tools.flatMap(deniedCommands), '* destroy', '* destroy *'];
  return filled([
    { capability: 'shell', effect: 'deny', match: [...new Set(commands)] },
    { capability: 'mcp', effect: 'deny', match: named(mcpServers(model), deniedTools) },
    { capability: 'fs_write', effect: 'deny', match: writtenByOthers },
    { capability: 'fs_read', effect: 'deny', match: unread },
  ]);
}

/** Tools that remove, run commands or read more than is needed; those the server does not even list are left out. */
function deniedTools({ kind, reach, settings }: McpServer): string[] {
  const refused = listed(kind, reach).filter(([, verdict]) => verdict === 'refused');
  return [...new Set([...(settings.disabledTools ?? []), ...refused.map(([tool]) => tool)])].toSorted();
}

function named(servers: readonly McpServer[], tools: (server: McpServer) => readonly string[]): string[] {
  return servers.flatMap((server) => tools(server).map((tool) => `${server.name}/${tool}`));
}

/** Globs of what is refused, wherever the program stands: behind a path, a wrapper or a global flag. */
function deniedCommands(tool: GovernedTool): string[] {
  const shown = (tool.secrets?.words ?? []).flatMap((verb) =>
    ['secret', 'secrets'].flatMap((kind) => [...exactly(verb, kind), `${verb} ${kind}/*`]),
  );
  return [
    ...tool.refusals.flatMap((refusal) => deniedBy(tool, refusal)),
    ...shown.map((words) => `${anywhere(tool)} ${words}`),
  ];
}

function deniedBy(tool: GovernedTool, { words = '*', flags, topic }: Refusal): string[] {
  const program = anywhere(tool);
  if (flags) return flags.map((flag) => (words === '*' ? `${program} ${flag}*` : `${program} ${words}* ${flag}*`));
  if (words === '*') return tool.names.map((name) => `${name}*`);
  // With an open end the glob also meets a command inside quotes: bash -c "terraform destroy".
  const isGreedy = topic === 'destroy' || topic === 'data';
  return isGreedy && !words.endsWith('*') ? [`${program} ${words}*`] : exactly(program, words);
}

function askedCommands({ tools }: GuardPolicy, isAsked: (tool: GovernedTool, words: string) => boolean): string[] {
  const commands = tools.flatMap((tool) =>
    tool.asked.filter((words) => isAsked(tool, words)).flatMap((words) => exactly(anywhere(tool), words)),
  );
  return [...commands, ...askedInProject];
}

/** What the autopilot still asks for: all but what is opened to it, and everything that names another environment. */
function elsewhere(policy: GuardPolicy): string[] {
  const guarded = policy.environments.filter(({ reach }) => reach !== 'open');
  const programs = policy.tools.filter(({ opened, target }) => opened || target.kubeContext || target.flags);
  return [
    ...askedCommands(policy, ({ opened = [] }, words) => !opened.includes(words)),
    ...programs.flatMap((tool) =>
      guarded.map(({ name, cluster }) => `${anywhere(tool)}${tool.target.words ? ` *${name}-` : cluster}*`),
    ),
  ];
}

function openedCommands(policy: GuardPolicy): string[] {
  const open = policy.environments.filter(({ reach }) => reach === 'open');
  return policy.tools.flatMap(({ names: [name = ''], opened = [], target }) =>
    open.flatMap((environment) =>
      opened.flatMap((words) =>
        target.words
          ? [`npx ${name} ${words} ${environment.name}-*`]
          : exactly(`${name} --context *${environment.cluster}`, words),
      ),
    ),
  );
}

/** A command as it is written in a project, with the context named or not. */
function here({ names: [name = ''], target }: GovernedTool, words: string): string[] {
  if (name === 'cdktf') return exactly(`npx ${name}`, words);
  const programs = target.flags?.includes('--context') ? [name, `${name} --context *`] : [name];
  return programs.flatMap((program) => exactly(program, words));
}

/** Programs of the platform behind a path or a wrapper; names such as `git` would be found inside other words. */
function anywhere({ names: [name = ''], changes }: GovernedTool): string {
  return changes ? `${name}*` : `*${name}*`;
}

/** With and without further words: a glob that ends in ` *` does not match the bare command. */
function exactly(program: string, words: string): string[] {
  return words.endsWith('*') ? [`${program} ${words}`] : [`${program} ${words}`, `${program} ${words} *`];
}

function filled(rules: readonly PermissionRule[]): PermissionRule[] {
  return rules.filter(({ match }) => match.length > 0);
}
