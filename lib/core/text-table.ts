/**
 * Lines of a table in columns of equal width.
 *
 * @param texts number of columns at the left that hold text; those after them hold figures and are aligned to the right
 */
export function textTable(lines: readonly (readonly string[])[], texts: number): string[] {
  const columns = Math.max(0, ...lines.map((line) => line.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines.map((line) =>
    line
      .map((cell, column) => (column < texts ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
