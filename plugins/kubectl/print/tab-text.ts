export interface TabOptions {
  readonly minWidth: number;
  readonly padding: number;
}

export const TABLE_TABS: TabOptions = { minWidth: 6, padding: 3 };
export const DESCRIPTION_TABS: TabOptions = { minWidth: 0, padding: 2 };

/**
 * Aligns cells that end with tabs as Go's text/tabwriter does: a column is as wide as its widest cell in
 * adjacent lines. With `remembered`, no column gets narrower than it was before.
 */
export function alignTabs(text: string, { minWidth, padding }: TabOptions, remembered?: number[]): string {
  const lines = text.split('\n').map(line => line.split('\t'));
  const widths: number[] = [];
  let aligned = '';
  const write = (from: number, to: number): void => {
    for (const cells of lines.slice(from, to)) {
      aligned += cells
        .map((cell, i) => (i < widths.length ? cell.padEnd(padded(cell, widths[i] ?? 0)) : cell))
        .join('');
      aligned += '\n';
    }
  };
  const format = (from: number, to: number): void => {
    const column = widths.length;
    let done = from;
    for (let at = from; at < to; at++) {
      if (!hasCell(lines[at], column)) continue;
      write(done, at);
      const start = at;
      let width = minWidth;
      for (; at < to && hasCell(lines[at], column); at++) {
        width = Math.max(width, widthOf(lines[at]?.[column] ?? '') + padding);
      }
      if (remembered !== undefined) {
        width = Math.max(width, remembered[column] ?? 0);
        remembered[column] = width;
      }
      widths.push(width);
      format(start, at);
      widths.pop();
      done = at;
      at -= 1;
    }
    write(done, to);
  };
  format(0, lines.length);
  return aligned.slice(0, -1);
}

const hasCell = (cells: readonly string[] | undefined, column: number): boolean => column < (cells?.length ?? 0) - 1;
const widthOf = (text: string): number => (isAscii(text) ? text.length : Array.from(text).length);
const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);
/** `padEnd` counts UTF-16 units, columns are counted in characters. */
const padded = (cell: string, width: number): number => width + cell.length - widthOf(cell);
