import { limitsOf, type Mode, type Permission } from '../../core/autonomy';
import { byStrictness, type Reach, reachOf } from '../mcp/reach';
import { environmentMark } from '../mcp/settings-file';
import type { EnvironmentView, PlatformModel } from '../model';
import { clusterOf } from '../steering/wording';
import { type Evasions, evasions } from './evasions';
import { type GovernedTool, tools } from './tools';

/** What the guard knows of an environment. */
export interface GuardedEnvironment {
  readonly name: string;
  readonly cluster: string;
  readonly reach: Reach;
  readonly mode: Mode;
  readonly configuration: Permission;
  readonly scaling: Permission;
  readonly maxReplicas: number;
}

/** Everything that guard, permission rules and documents say about commands: data, made from the model. */
export interface GuardPolicy extends Evasions {
  /** From the most to the least restricted; what cannot be told apart is judged as the first. */
  readonly environments: readonly GuardedEnvironment[];
  readonly tools: readonly GovernedTool[];
  /** Variable by which a person opens an environment that wants approval, for the session that starts with it. */
  readonly approval: string;
  /** Variable that names the environment where a command does not. */
  readonly environmentVariable: string;
}

/** A person sets it to the name of an environment and starts the session with it. */
export const approvalVariable = 'GROUNDPLAN_APPROVED';

export function guardPolicy(model: PlatformModel): GuardPolicy {
  const views = new Map(model.environments.map((view) => [view.environment, view] as const));
  const environments = byStrictness([...views.keys()]).toReversed();
  return {
    environments: environments.map((environment) => guarded(views.get(environment) as EnvironmentView)),
    tools,
    approval: approvalVariable,
    environmentVariable: environmentMark,
    ...evasions,
  };
}

function guarded(view: EnvironmentView): GuardedEnvironment {
  const { environment } = view;
  const { mode, configuration, scaling } = environment.facts.automation;
  const { replicas: maxReplicas } = limitsOf(environment, mode);
  const cluster = clusterOf(view);
  return { name: environment.name, cluster, reach: reachOf(environment), mode, configuration, scaling, maxReplicas };
}
