import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Files } from '../../../src/base/world.ts';
import { LOG_READ_BYTES, MAX_LOG_LINE_BYTES } from '../limits.ts';
import { LineSplitter, parseLogLine, tailStart, type LogLine } from './log-line.ts';
import { closeAll, openLog, openLogFiles } from './log-files.ts';

/** `PodLogOptions`, read and checked. */
export interface LogOptions {
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly tailLines: number | undefined;
  readonly limitBytes: number | undefined;
  readonly sinceMs: number | undefined;
  readonly stream: 'All' | 'Stdout' | 'Stderr';
}

export interface LogSource {
  readonly path: string;
  /** Resolves once nothing more will be written. */
  readonly ended: Promise<unknown>;
}

/** Sends a container's log to `write`, and what follows while it runs when asked to. */
export async function readLog(
  files: Files,
  source: LogSource,
  options: LogOptions,
  write: (chunk: Buffer) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const printer = new LogPrinter(options, write);
  const stop = new AbortController();
  const end = (): void => stop.abort();
  signal.addEventListener('abort', end);
  // Watched before the first read, so that nothing written in between is missed.
  const changes = options.follow ? watching(files, dirname(source.path), stop.signal) : undefined;
  const opened: FileHandle[] = [];
  try {
    opened.push(...(await openLogFiles(files, source.path)));
    const offsets = options.tailLines === undefined ? [] : await tailOffsets(opened, options.tailLines);
    for (const [index, file] of opened.entries()) {
      await printer.drain(file, offsets[index] ?? 0, signal);
      if (printer.full || signal.aborted) return;
    }
    if (changes !== undefined) await follow(files, source, opened, printer, changes, signal);
  } finally {
    end();
    signal.removeEventListener('abort', end);
    await closeAll(opened);
  }
}

/** The newest file is read on; when it was rotated away, what replaced it is read from its start. */
async function follow(
  files: Files,
  source: LogSource,
  opened: FileHandle[],
  printer: LogPrinter,
  changes: Changes,
  signal: AbortSignal,
): Promise<void> {
  let isOver = false;
  const over = source.ended.then(() => {
    isOver = true;
  });
  for (;;) {
    const last = isOver;
    await printer.readOn(opened.at(-1), signal);
    const next = await successor(files, source.path, opened.at(-1));
    if (next !== undefined) {
      await printer.readOn(opened.at(-1), signal);
      opened.push(next);
      printer.startAt(0);
      continue;
    }
    if (printer.full || signal.aborted || last) return;
    await Promise.race([changes.next(), over]);
  }
}

async function successor(files: Files, path: string, current: FileHandle | undefined): Promise<FileHandle | undefined> {
  const file = await openLog(files, path);
  if (file === undefined || current === undefined) return file;
  const [now, before] = await Promise.all([file.stat(), current.stat()]);
  if (now.ino !== before.ino) return file;
  await file.close();
  return undefined;
}

interface Changes {
  /** Resolves at the next change since the last call, or when watching ended. */
  next(): Promise<void>;
}

function watching(files: Files, directory: string, signal: AbortSignal): Changes {
  let changed = false;
  let ended = false;
  let wake: () => void = () => undefined;
  const run = async (): Promise<void> => {
    for await (const _change of files.watch(directory, { signal, persistent: false })) {
      changed = true;
      wake();
    }
  };
  const finish = (): void => {
    ended = true;
    wake();
  };
  run().then(finish, finish);
  return {
    next: () =>
      new Promise(resolve => {
        wake = () => {
          changed = false;
          resolve();
        };
        if (changed || ended) wake();
      }),
  };
}

/** Where to begin in each file so that the last `lines` lines are shown. */
async function tailOffsets(opened: readonly FileHandle[], lines: number): Promise<readonly number[]> {
  const offsets: number[] = opened.map(() => 0);
  let wanted = lines;
  for (let index = opened.length - 1; index >= 0; index--) {
    const file = opened[index];
    if (file === undefined) continue;
    const text = await file.readFile();
    const { offset, missing } = tailStart(text, wanted);
    offsets[index] = offset;
    wanted = missing;
  }
  return offsets;
}

class LogPrinter {
  readonly #options: LogOptions;
  readonly #write: (chunk: Buffer) => Promise<void>;
  readonly #buffer = Buffer.alloc(LOG_READ_BYTES);
  #splitter = new LineSplitter(MAX_LOG_LINE_BYTES);
  #offset = 0;
  #left: number;
  #midLine = false;

  constructor(options: LogOptions, write: (chunk: Buffer) => Promise<void>) {
    this.#options = options;
    this.#write = write;
    this.#left = options.limitBytes ?? Infinity;
  }

  /** No byte more may be sent. */
  get full(): boolean {
    return this.#left <= 0;
  }

  startAt(offset: number): void {
    this.#offset = offset;
    this.#splitter = new LineSplitter(MAX_LOG_LINE_BYTES);
  }

  async drain(file: FileHandle, offset: number, signal: AbortSignal): Promise<void> {
    this.startAt(offset);
    await this.readOn(file, signal);
  }

  async readOn(file: FileHandle | undefined, signal: AbortSignal): Promise<void> {
    if (file === undefined) return;
    while (!this.full && !signal.aborted) {
      const { bytesRead } = await file.read(this.#buffer, 0, this.#buffer.length, this.#offset);
      if (bytesRead === 0) return;
      this.#offset += bytesRead;
      const parts: Buffer[] = [];
      for (const line of this.#splitter.push(this.#buffer.subarray(0, bytesRead))) this.#print(line, parts);
      const chunk = Buffer.concat(parts);
      if (chunk.length === 0) continue;
      const allowed = chunk.length > this.#left ? chunk.subarray(0, this.#left) : chunk;
      this.#left -= allowed.length;
      await this.#write(allowed);
    }
  }

  #print(raw: Buffer, parts: Buffer[]): void {
    const line = parseLogLine(raw);
    if (line === undefined || !this.#wanted(line)) return;
    if (this.#options.timestamps && !this.#midLine) parts.push(Buffer.from(`${line.timestamp} `));
    parts.push(line.content);
    if (!line.partial) parts.push(NEWLINE);
    this.#midLine = line.partial;
  }

  #wanted({ stream, timestamp }: LogLine): boolean {
    const { stream: only, sinceMs } = this.#options;
    if (only !== 'All' && only.toLowerCase() !== stream) return false;
    return sinceMs === undefined || Date.parse(timestamp) >= sinceMs;
  }
}

const NEWLINE = Buffer.from('\n');
