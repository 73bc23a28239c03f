import type { Environment } from '../../core/environment';

/** How far an assistant may go in an environment, loosest first. */
export const reaches = ['open', 'rehearsed', 'guarded'] as const;

export type Reach = (typeof reaches)[number];

/**
 * Reach of an assistant, from the facts: `open` where automation works on its own and may change configuration,
 * `guarded` where every change of configuration is approved by a person or denied, `rehearsed` between.
 */
export function reachOf({ facts: { automation } }: Environment): Reach {
  if (automation.configuration === 'approval' || automation.configuration === 'denied') return 'guarded';
  return automation.mode === 'autopilot' && automation.configuration === 'allowed' ? 'open' : 'rehearsed';
}

/** True where `reach` is not stricter than `limit`. */
export function within(reach: Reach, limit: Reach = 'guarded'): boolean {
  return reaches.indexOf(reach) <= reaches.indexOf(limit);
}

/** Environments from the loosest to the strictest; of equal reach, the one with fewer operations an hour is stricter. */
export function byStrictness(environments: readonly Environment[]): Environment[] {
  const rank = (environment: Environment) => reaches.indexOf(reachOf(environment));
  const pace = ({ facts }: Environment) => facts.automation.operationsPerHour;
  return environments.toSorted((one, other) => rank(one) - rank(other) || pace(other) - pace(one));
}
