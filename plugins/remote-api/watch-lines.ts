import { StatusError } from '../../src/api/status-error.ts';

const NEWLINE = 10;

/** The lines of a stream of JSON texts as they become whole; a last one without an end is not told. */
export async function* watchLines(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      const end = chunk.subarray(from, at);
      from = at + 1;
      if (bytes + end.length > maxBytes) throw tooLong(maxBytes);
      yield parts.length === 0 ? end.toString('utf8') : Buffer.concat([...parts, end]).toString('utf8');
      parts = [];
      bytes = 0;
    }
    if (from === chunk.length) continue;
    parts.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > maxBytes) throw tooLong(maxBytes);
  }
}

const tooLong = (maxBytes: number): StatusError =>
  new StatusError('InternalError', `an event of the watch is longer than ${maxBytes} bytes`);
