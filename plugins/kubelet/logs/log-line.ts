const SPACE = 0x20;
const NEWLINE = 0x0a;
const PARTIAL = 0x50;

/** One line of a CRI log: `2016-10-06T00:17:09.669794202Z stdout F text`. */
export interface LogLine {
  readonly timestamp: string;
  readonly stream: 'stdout' | 'stderr';
  /** The program's own line goes on in the next one. */
  readonly partial: boolean;
  readonly content: Buffer;
}

/** `undefined` for what is no such line. `line` comes without its newline. */
export function parseLogLine(line: Buffer): LogLine | undefined {
  const afterTime = line.indexOf(SPACE);
  const afterStream = afterTime < 0 ? -1 : line.indexOf(SPACE, afterTime + 1);
  if (afterStream < 0) return undefined;
  const stream = line.toString('latin1', afterTime + 1, afterStream);
  if (stream !== 'stdout' && stream !== 'stderr') return undefined;
  const afterTag = line.indexOf(SPACE, afterStream + 1);
  const contentAt = afterTag < 0 ? line.length : afterTag + 1;
  return {
    timestamp: line.toString('latin1', 0, afterTime),
    stream,
    partial: line[afterStream + 1] === PARTIAL,
    content: line.subarray(contentAt),
  };
}

/** Cuts chunks into lines; what has no end yet waits for the next chunk. */
export class LineSplitter {
  readonly #maxBytes: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  *push(chunk: Buffer): Generator<Buffer> {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, from);
      if (end < 0) break;
      const head = chunk.subarray(from, end);
      yield this.#rest.length === 0 ? head : Buffer.concat([this.#rest, head]);
      this.#rest = Buffer.alloc(0);
      from = end + 1;
    }
    const left = chunk.subarray(from);
    if (this.#rest.length + left.length <= this.#maxBytes) this.#rest = Buffer.concat([this.#rest, left]);
  }
}

/** Where the last `count` whole lines begin; `missing` tells how many there were too few. */
export function tailStart(text: Buffer, count: number): { readonly offset: number; readonly missing: number } {
  let end = text.length;
  let wanted = count;
  if (wanted === 0) return { offset: end, missing: 0 };
  while (end > 0) {
    const newline = end - 1;
    const start = text.lastIndexOf(NEWLINE, newline - 1) + 1;
    const before = newline === 0 ? 0 : start;
    const lineEndsHere = parseLogLine(text.subarray(before, newline))?.partial !== true;
    if (lineEndsHere && wanted-- === 0) return { offset: end, missing: 0 };
    end = before;
  }
  return { offset: 0, missing: wanted };
}
