import { dev, prod, staging } from '../../environments';
import type { EnvironmentFacts } from '../../lib';
import { type SynthesizedEnvironment, synthEnvironment } from '../../lib/testing';
import { platform } from '../../stacks/platform';

/** Facts of the three environments by name. */
export const facts: Readonly<Record<string, EnvironmentFacts>> = { dev, staging, prod };

const synthesized = new Map<string, SynthesizedEnvironment>();

/** The platform of one environment; synthesized once per test file. */
export function environmentOf(name: string): SynthesizedEnvironment {
  const known = synthesized.get(name) ?? synthEnvironment(platform, facts[name] as EnvironmentFacts);
  synthesized.set(name, known);
  return known;
}
