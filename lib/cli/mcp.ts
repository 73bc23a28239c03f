import { Command } from 'commander';
import { textTable } from '../core/text-table';
import { type CheckReport, checkServers, type ServerCheck } from '../kiro/mcp/check';
import { type Use, useEnvironment } from '../kiro/mcp/use';
import type { Context } from './context';

/** `groundplan mcp`: the servers that Kiro starts. They are read from the settings on disk, not from the model. */
export function mcpCommand(context: Context): Command {
  return new Command('mcp')
    .summary('choose and check the MCP servers that Kiro starts')
    .description('Chooses and checks the MCP servers in .kiro/settings/mcp.json.')
    .addCommand(useCommand(context))
    .addCommand(checkCommand(context));
}

function useCommand(context: Context): Command {
  return new Command('use')
    .summary('switch on the servers of one environment')
    .description(
      'Switches the servers of one environment on and those of all others off; servers that environments share, and your own, stay as they are. Without a name the environment is told by GROUNDPLAN_ENVIRONMENT, the context of kubectl or the AWS profile, in this order; where nothing tells it, it is the strictest.',
    )
    .argument('[environment]', 'name of the environment')
    .option('--json', 'print JSON')
    .action((name: string | undefined, { json = false }: { json?: boolean }) => {
      const use = useEnvironment(context.folder, name);
      context.print(json ? `${JSON.stringify(use, null, 2)}\n` : describe(use));
    });
}

function describe({ environment, reason, evidence, enabled, disabled, untouched, changed }: Use): string {
  const because = reason === 'name' ? '' : ` (${reason}${evidence === undefined ? '' : `: ${evidence}`})`;
  const list = (names: readonly string[]) => (names.length > 0 ? names.join(', ') : 'none');
  return [
    `${environment}${because} ${changed ? 'is in use now' : 'was in use already'}`,
    `  on:      ${list(enabled)}`,
    `  off:     ${list(disabled)}`,
    `  as were: ${list(untouched)}`,
    '',
  ].join('\n');
}

interface CheckFlags {
  readonly env?: string;
  readonly offline?: boolean;
  readonly json?: boolean;
}

function checkCommand(context: Context): Command {
  return new Command('check')
    .summary('start the servers and hold the settings against their tools')
    .description(
      'Starts every server that is on, asks it for its tools, and tells how long that took, which approved names do not exist or do more than read, and which packages are not pinned. Ends with 1 where a server fails or something is wrong.',
    )
    .option('-e, --env <name>', 'the servers of this environment, whether they are on or off')
    .option('--offline', 'start only what is installed here; hold the others against recorded lists, for CI')
    .option('--json', 'print JSON')
    .action(async ({ env, offline = false, json = false }: CheckFlags) => {
      const report = await checkServers({ root: context.folder, environment: env, offline });
      context.print(json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
      if (!report.ok) context.found();
    });
}

function reportText({ servers, ok }: CheckReport): string {
  const head = ['server', 'environment', 'package', 'result', 'time', 'tools', 'approved', 'hidden'];
  const findings = servers.flatMap(({ name, message, findings: own }) => [
    ...(message ? [`${name}: ${message}`] : []),
    ...own.map(({ severity, message: text }) => `${severity} ${name}: ${text}`),
  ]);
  return [
    ...textTable([head, ...servers.map(line)], 4),
    ...(findings.length > 0 ? ['', ...findings] : []),
    '',
    ok ? 'Everything that was checked is as it should be.' : 'Something is wrong.',
    '',
  ].join('\n');
}

function line({ name, environment = 'yours', package: spec = '-', ...server }: ServerCheck): string[] {
  const { result, milliseconds, tools, approved, hidden } = server;
  return [
    name,
    environment === '*' ? 'all' : environment,
    spec,
    result,
    milliseconds === undefined ? '-' : `${(milliseconds / 1000).toFixed(1)} s`,
    String(tools.length),
    String(approved),
    String(hidden),
  ];
}
