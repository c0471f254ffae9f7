import { lengthOf } from '../event.ts';
import { WRITTEN_AT_ONCE } from '../limits.ts';
import type { Appended, Line } from './log-output.ts';

/** Of a file opened to be appended to, what writing lines needs. */
export interface LineFile {
  writev(parts: readonly Uint8Array[]): Promise<{ readonly bytesWritten: number }>;
}

export interface WrittenLines extends Appended {
  /** Bytes that came to stand in the file, those of a line that was cut off included. */
  readonly bytes: number;
  /** Whether a line is cut off. */
  readonly isTorn: boolean;
}

/** Appends lines, as many at once as is no matter of a moment. Never rejects. */
export async function writeLines(file: LineFile, lines: readonly Line[]): Promise<WrittenLines> {
  let written = 0;
  let bytes = 0;
  while (written < lines.length) {
    const batch = batchFrom(lines, written);
    const length = batch.reduce((sum, line) => sum + lengthOf(line), 0);
    const { done, error } = await writeWhole(file, batch.flat());
    bytes += done;
    if (done === length) {
      written += batch.length;
      continue;
    }
    let within = done;
    for (const line of batch) {
      if (within < lengthOf(line)) break;
      within -= lengthOf(line);
      written += 1;
    }
    return { written, bytes, isTorn: within > 0, error };
  }
  return { written, bytes, isTorn: false };
}

function batchFrom(lines: readonly Line[], from: number): readonly Line[] {
  let length = 0;
  let to = from;
  do {
    length += lengthOf(lines[to]);
    to += 1;
  } while (to < lines.length && length + lengthOf(lines[to]) <= WRITTEN_AT_ONCE);
  return lines.slice(from, to);
}

/** A disk that fills up may take a part. */
async function writeWhole(
  file: LineFile,
  parts: readonly Uint8Array[],
): Promise<{ readonly done: number; readonly error?: unknown }> {
  let done = 0;
  let left: readonly Uint8Array[] = parts.filter(({ length }) => length > 0);
  try {
    while (left.length > 0) {
      const { bytesWritten } = await file.writev(left.slice(0, MAX_PARTS));
      done += bytesWritten;
      left = leftOf(left, bytesWritten);
    }
  } catch (error) {
    return { done, error };
  }
  return { done };
}

/** IOV_MAX of Linux. */
const MAX_PARTS = 1024;

function leftOf(parts: readonly Uint8Array[], taken: number): readonly Uint8Array[] {
  let within = taken;
  let index = 0;
  for (; index < parts.length; index++) {
    const length = parts[index]?.length ?? 0;
    if (within < length) break;
    within -= length;
  }
  const [first, ...rest] = parts.slice(index);
  return first === undefined ? [] : [first.subarray(within), ...rest];
}
