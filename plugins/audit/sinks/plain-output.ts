import type { Appended, Line, LogOutput } from './log-output.ts';
import { writeLines, type LineFile } from './write-lines.ts';

/** A file that only ever grows, or standard output. */
export class PlainOutput implements LogOutput {
  readonly #file: LineFile & { close?(): Promise<void> };
  #isTorn = false;

  constructor(file: LineFile & { close?(): Promise<void> }) {
    this.#file = file;
  }

  async append(lines: readonly Line[]): Promise<Appended> {
    const outcome = await writeLines(this.#file, afterTorn(lines, this.#isTorn));
    this.#isTorn = outcome.isTorn || (this.#isTorn && outcome.bytes === 0);
    return outcome;
  }

  async close(): Promise<void> {
    await this.#file.close?.();
  }
}

/** What follows a line that was cut off begins on a line of its own. */
export function afterTorn(lines: readonly Line[], isTorn: boolean): readonly Line[] {
  const [first, ...rest] = lines;
  return !isTorn || first === undefined ? lines : [[END, ...first], ...rest];
}
const END = Buffer.from('\n');
