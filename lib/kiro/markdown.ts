/** One block of a document; empty ones are left out. */
export type Block = string | undefined | false;

/** Joins blocks with an empty line between them and ends with a line feed. */
export function document(...blocks: readonly Block[]): string {
  return `${blocks.filter((block): block is string => typeof block === 'string' && block !== '').join('\n\n')}\n`;
}

export function heading(level: 1 | 2 | 3 | 4, text: string): string {
  return `${'#'.repeat(level)} ${text}`;
}

/** A table; undefined without rows. Bars inside cells are escaped. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): Block {
  if (rows.length === 0) return undefined;
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replace(/\|/g, '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function list(items: readonly string[]): Block {
  return items.length === 0 ? undefined : items.map((item) => `- ${item}`).join('\n');
}

export function fence(language: string, code: string): string {
  return `\`\`\`${language}\n${code.trimEnd()}\n\`\`\``;
}

/** `text` as code. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** The line that tells people not to edit; for Markdown outside front matter. */
export const generatedMark = '<!-- Generated from the model by `npm run synth`. Change the model, not this file. -->';
