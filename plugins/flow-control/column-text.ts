/** Rows under their columns, with commas, as Go's tabwriter sets what upstream dumps. */
export function columnText(rows: readonly (readonly string[])[]): string {
  const [header = []] = rows;
  const widths = header.map((_, column) => Math.max(LEAST_CHARS, ...rows.map(row => (row[column] ?? '').length + 2)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column === row.length - 1 ? cell : `${cell},`.padEnd(widths[column] ?? 0))).join('');
  return rows.map(row => `${line(row)}\n`).join('');
}

/** Of a column. */
const LEAST_CHARS = 8;
