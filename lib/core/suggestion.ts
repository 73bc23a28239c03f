import { closest, distance } from 'fastest-levenshtein';

/** The candidate that a typo was most likely meant to be, or undefined where nothing is near. */
export function suggestion(given: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const nearest = closest(given, [...candidates]);
  return distance(given, nearest) <= Math.max(2, Math.floor(given.length / 3)) ? nearest : undefined;
}
