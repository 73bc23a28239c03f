import type { Environment } from './environment';
import type { CompleteFacts } from './environment-schema';
import { Duration, Percent } from './units';

/** `supervised`: a person agrees to every change. `autopilot`: changes within limits need nobody. */
export type Mode = 'supervised' | 'autopilot';

/** Kinds of change that an environment allows one by one. */
export const changes = ['scaling', 'configuration', 'costOptimization', 'securityUpdates'] as const;
export type Change = (typeof changes)[number];

/** From the freest to the strictest: at once, after its checks pass, after a person agrees, never. */
export const permissions = ['allowed', 'validated', 'approval', 'denied'] as const;
export type Permission = (typeof permissions)[number];

/** How far changes may go without a change of the facts. */
export interface Limits {
  /** Replicas of one service. */
  readonly replicas: number;
  readonly nodes: number;
  readonly operationsPerHour: number;
  /** Time between two operations. */
  readonly pause: Duration;
  /** Operations at the same time. */
  readonly concurrent: number;
  readonly costIncreasePerDay: Percent;
  /** Growth of one volume by one operation. */
  readonly storageGrowth: Percent;
}

/** What holds in every mode and environment. */
export const safetyLimits: Partial<Limits> & { readonly scalingPerHour: number } = {
  replicas: 10,
  nodes: 15,
  costIncreasePerDay: Percent.of(25),
  scalingPerHour: 6,
};

/** What a mode adds, wherever it is used. A person who agrees to each change needs no further limit. */
export const modeLimits: Readonly<Record<Mode, Partial<Limits>>> = {
  supervised: { replicas: 20, costIncreasePerDay: Percent.of(50) },
  autopilot: {
    replicas: 5,
    nodes: 8,
    operationsPerHour: 10,
    pause: Duration.minutes(5),
    concurrent: 3,
    costIncreasePerDay: Percent.of(20),
    storageGrowth: Percent.of(50),
  },
};

/** The limits that count: of mode, environment and safety the strictest each time. */
export function limitsOf({ facts: { automation } }: Environment, mode: Mode): Limits {
  const { maxReplicas: replicas, maxNodes: nodes, operationsPerHour, pause, concurrent } = automation;
  const { costIncreasePerDay, storageGrowth } = automation;
  const own: Limits = { replicas, nodes, operationsPerHour, pause, concurrent, costIncreasePerDay, storageGrowth };
  return [modeLimits[mode], safetyLimits].reduce<Limits>(strictest, own);
}

function strictest(one: Limits, other: Partial<Limits>): Limits {
  const least = (key: 'replicas' | 'nodes' | 'operationsPerHour' | 'concurrent') =>
    Math.min(one[key], other[key] ?? Number.POSITIVE_INFINITY);
  const leastShare = (key: 'costIncreasePerDay' | 'storageGrowth') =>
    Percent.of(Math.min(one[key].value, other[key]?.value ?? Number.POSITIVE_INFINITY));
  return {
    replicas: least('replicas'),
    nodes: least('nodes'),
    operationsPerHour: least('operationsPerHour'),
    concurrent: least('concurrent'),
    pause: Duration.seconds(Math.max(one.pause.inSeconds, other.pause?.inSeconds ?? 0)),
    costIncreasePerDay: leastShare('costIncreasePerDay'),
    storageGrowth: leastShare('storageGrowth'),
  };
}

/**
 * How far a change may go without a person. In supervised mode nothing passes without one; in autopilot the environment
 * decides.
 */
export function permissionFor(automation: CompleteFacts['automation'], change: Change, mode: Mode): Permission {
  const own = automation[change];
  if (mode === 'autopilot' || own === 'denied') return own;
  return 'approval';
}
