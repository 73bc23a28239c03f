import { ModelError } from '../../core/problem';
import {
  chosenEnvironment,
  environmentsIn,
  isShared,
  markOf,
  parseSettings,
  printSettings,
  type ServerSettings,
  type Settings,
  settingsPath,
} from './settings-file';

type Change = (name: string, server: ServerSettings) => ServerSettings;

/** Switches the servers of one environment on and those of all others off; a user's own and shared ones stay. */
export function enable(settings: Settings, environment: string): Settings {
  return changed(settings, (_, server) => {
    const mark = markOf(server);
    return mark === undefined || isShared(server) ? server : { ...server, disabled: mark !== environment };
  });
}

/**
 * What people decided in the settings on disk, carried over into generated ones: the environment whose servers are on,
 * servers switched off one by one, and servers of their own. Everything else is as generated, approvals by a click too.
 *
 * @throws ModelError where a user's own server has a name that is generated
 */
export function carryOver(generated: string, onDisk: string): string {
  const [fresh, old] = [parseSettings(generated), parseSettings(onDisk)];
  const own = Object.entries(old.mcpServers).filter(([, server]) => markOf(server) === undefined);
  refuseTwins(own, fresh);
  const chosen = changed(withChoice(fresh, old), (name, server) => {
    const before = old.mcpServers[name];
    const decides = isShared(server) || markOf(server) === chosenEnvironment(old);
    return before && decides ? { ...server, disabled: before.disabled === true } : server;
  });
  return printSettings({ mcpServers: { ...chosen.mcpServers, ...Object.fromEntries(own) } });
}

/** The environment that was on stays on; where all were off, they stay off. */
function withChoice(fresh: Settings, old: Settings): Settings {
  const known = environmentsIn(fresh);
  const before = environmentsIn(old).filter((name) => known.includes(name));
  const choice = chosenEnvironment(old);
  if (before.length === 0 || (choice !== undefined && !known.includes(choice))) return fresh;
  return enable(fresh, choice ?? '');
}

function refuseTwins(own: readonly (readonly [string, ServerSettings])[], fresh: Settings): void {
  const twins = own.filter(([name]) => name in fresh.mcpServers);
  if (twins.length === 0) return;
  throw new ModelError(
    twins.map(([name]) => ({
      code: 'GP402',
      path: settingsPath,
      message: `the server '${name}' is not the one that the model makes under this name`,
      allowed: 'servers of your own under names of their own',
      fix: 'rename it, or remove it to get the generated one back',
    })),
  );
}

function changed({ mcpServers }: Settings, change: Change): Settings {
  return {
    mcpServers: Object.fromEntries(
      Object.entries(mcpServers).map(([name, server]) => [name, change(name, server)] as const),
    ),
  };
}
