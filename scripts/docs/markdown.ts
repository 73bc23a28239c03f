export const note = '<!-- Written by `npm run docs`. Edit the model, not this page. -->';

export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Commands for a shell. */
export function shell(lines: readonly string[]): string {
  return ['```sh', ...lines, '```'].join('\n');
}

export function codes(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
