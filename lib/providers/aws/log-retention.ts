import type { Days } from '../../core/units';

/** Periods that CloudWatch offers, in days. */
const offered = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** Days for which a log group keeps its lines: the shortest period on offer that is long enough. */
export function logRetention(keep: Days): number {
  return offered.find((days) => days >= keep.value) ?? 3653;
}
