import type { Environment } from '../../core/environment';
import type { EnvironmentView, PlatformModel } from '../model';
import type { GeneratedFile } from '../owned-files';
import { byStrictness, type Reach, reachOf, within } from './reach';
import { approvedIn, listed, type ServerContext, type ServerKind, type Verdict } from './server-kind';
import { launch, serverKinds } from './servers';
import { environmentMark, printSettings, type ServerSettings, settingsPath, sharedMark } from './settings-file';
import { carryOver, enable } from './switch';
import { variableFor } from './variables';

/** A server in the settings, with what it was made from. */
export interface McpServer {
  /** Its name in Kiro, such as `grafana-dev`. */
  readonly name: string;
  readonly kind: ServerKind;
  /** Undefined for a server that all environments share. */
  readonly environment: Environment | undefined;
  readonly reach: Reach;
  readonly settings: ServerSettings;
  /** Tools that are listed and not hidden, and that a person is asked for. */
  readonly askedTools: readonly string[];
}

/** `.kiro/settings/mcp.json` with the servers of every environment, one environment's switched on. */
export function mcpSettings(model: PlatformModel): GeneratedFile[] {
  const servers = mcpServers(model);
  const settings = { mcpServers: Object.fromEntries(servers.map(({ name, settings }) => [name, settings])) };
  const first = servers.find(({ environment }) => environment)?.environment?.name ?? '';
  return [{ path: settingsPath, content: printSettings(enable(settings, first)), carryOver }];
}

/** Every server, shared ones first, then those of each environment from the loosest to the strictest. */
export function mcpServers(model: PlatformModel): readonly McpServer[] {
  const views = new Map(model.environments.map((view) => [view.environment, view] as const));
  const shared = serverKinds.filter(({ scope }) => scope === 'shared').map((kind) => sharedServer(kind, model));
  const others = byStrictness([...views.keys()]).flatMap((environment) =>
    serverKinds
      .filter(({ scope }) => scope === 'environment')
      .flatMap((kind) => environmentServer(kind, views.get(environment) as EnvironmentView)),
  );
  return [...shared, ...others];
}

/** A shared server serves the strictest environment too, so it gets the strictest reach. */
function sharedServer(kind: ServerKind, { environments }: PlatformModel): McpServer {
  const all = environments.map(({ environment }) => environment);
  const context: ServerContext = {
    reach: 'guarded',
    region: all[0]?.facts.aws.region ?? '',
    partition: all[0]?.partition ?? 'aws',
    timeout: Math.max(1, ...all.map(({ facts }) => facts.assistant.timeout.inSeconds)),
    address: '',
    variable: (name) => `\${${variableFor(name)}}`,
  };
  return server(kind, kind.key, context, undefined);
}

function environmentServer(kind: ServerKind, { environment, workflows }: EnvironmentView): McpServer[] {
  const reach = reachOf(environment);
  const component = workflows.flatMap(({ components }) => components).find(({ id }) => id === kind.component);
  if (!within(reach, kind.upTo) || (kind.component && !component)) return [];
  const { aws, assistant } = environment.facts;
  const context: ServerContext = {
    reach,
    region: aws.region,
    partition: environment.partition,
    timeout: assistant.timeout.inSeconds,
    address: component?.handovers.find(({ value }) => value.startsWith('https://'))?.value ?? '',
    variable: (name) => `\${${variableFor(name, environment.name)}}`,
  };
  return [server(kind, `${kind.key}-${environment.name}`, context, environment)];
}

function server(kind: ServerKind, name: string, context: ServerContext, environment?: Environment): McpServer {
  const { reach, timeout } = context;
  const tools = listed(kind, reach);
  const withVerdict = (...verdicts: readonly Verdict[]) =>
    tools.filter(([, verdict]) => verdicts.includes(verdict)).map(([tool]) => tool);
  const approved = withVerdict(...approvedIn[reach]);
  const hidden = withVerdict('hidden', 'refused', ...(reach === 'open' ? [] : (['changing'] as const)));
  const settings: ServerSettings = {
    command: kind.launcher,
    args: [...launch(kind), ...kind.args(context)],
    env: { [environmentMark]: environment?.name ?? sharedMark, ...kind.env(context) },
    disabled: false,
    autoApprove: approved,
    disabledTools: hidden,
    timeout: Math.max(timeout, kind.firstStart) * 1000,
  };
  const askedTools = tools.map(([tool]) => tool).filter((tool) => !approved.includes(tool) && !hidden.includes(tool));
  return { name, kind, environment, reach, settings, askedTools };
}
