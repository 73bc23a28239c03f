import type { PermissionRule } from './permissions';

type Scalar = string | boolean;

/**
 * YAML 1.2 of rules and of a few plain keys. Every text is quoted as in JSON, which YAML 1.2 contains, so no word of it
 * can be taken for a number, a boolean or a sign.
 */
export function mapping(entries: Readonly<Record<string, Scalar | readonly string[]>>): string {
  return Object.entries(entries)
    .map(
      ([key, value]) => `${key}: ${Array.isArray(value) ? `[${value.map(quoted).join(', ')}]` : JSON.stringify(value)}`,
    )
    .join('\n');
}

/** A list of rules under `rules`, one pattern a line, so that a change of one is a change of one line. */
export function rulesYaml(rules: readonly PermissionRule[], indent = ''): string {
  const lines = rules.flatMap(({ capability, effect, match }) => [
    `  - capability: ${capability}`,
    `    effect: ${effect}`,
    '    match:',
    ...match.map((pattern) => `      - ${quoted(pattern)}`),
  ]);
  return ['rules:', ...lines].map((line) => `${indent}${line}`).join('\n');
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
