/** A rule as Kiro reads it from front matter. */
export interface Rule {
  readonly capability: string;
  readonly effect: 'allow' | 'ask' | 'deny';
  readonly match?: readonly string[];
  readonly exclude?: readonly string[];
}

/** What rules say to a text: deny wins over ask, ask over allow, and what none matches is asked for. */
export function decide(rules: readonly Rule[], capability: string, text: string): 'allow' | 'ask' | 'deny' {
  const hits = rules.filter(
    (rule) => rule.capability === capability && rule.match?.some((glob) => matches(glob, text)),
  );
  for (const effect of ['deny', 'ask', 'allow'] as const)
    if (hits.some((rule) => rule.effect === effect)) return effect;
  return 'ask';
}

/** Kiro takes a line apart and wants every part to pass; quotes and here-documents are left as they are. */
export function decideLine(rules: readonly Rule[], line: string): 'allow' | 'ask' | 'deny' {
  const parts = line
    .split(/&&|\|\||[;|\n]/)
    .map((part) => part.trim())
    .filter(Boolean);
  const answers = [line, ...parts].map((part) => decide(rules, 'shell', part));
  if (answers.includes('deny')) return 'deny';
  return answers.slice(parts.length > 1 ? 1 : 0).every((answer) => answer === 'allow') ? 'allow' : 'ask';
}

export function matches(glob: string, text: string): boolean {
  const pattern = glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '[\\s\\S]*');
  return new RegExp(`^${pattern}$`).test(text);
}
