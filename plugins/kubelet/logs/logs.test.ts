import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLog, type LogOptions } from './read-log.ts';

const ALL: LogOptions = {
  follow: false,
  timestamps: false,
  tailLines: undefined,
  limitBytes: undefined,
  sinceMs: undefined,
  stream: 'All',
};
const at = (second: number): string => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000000001Z`;
const line = (second: number, text: string, stream = 'stdout', tag = 'F'): string =>
  `${at(second)} ${stream} ${tag} ${text}\n`;

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await files.mkdtemp(join(tmpdir(), 'kubelet-logs-'));
  path = join(directory, '0.log');
});
afterEach(() => files.rm(directory, { recursive: true }));

async function read(options: Partial<LogOptions>): Promise<string> {
  let text = '';
  const source = { path, ended: Promise.resolve() };
  const write = async (chunk: Buffer): Promise<void> => void (text += chunk.toString());
  await readLog(files, source, { ...ALL, ...options }, write, new AbortController().signal);
  return text;
}

/** What this process has open of the log's files. */
async function openFiles(): Promise<readonly string[]> {
  const descriptors = await files.readdir('/proc/self/fd');
  const targets = descriptors.map(each => files.readlink(`/proc/self/fd/${each}`).catch(() => 'closed meanwhile'));
  return (await Promise.all(targets)).filter(target => target.startsWith(directory));
}

describe('a log that is there', () => {
  beforeEach(async () => {
    await files.writeFile(`${path}.2`, line(1, 'one'));
    await files.writeFile(`${path}.1`, line(2, 'two') + line(3, 'err', 'stderr'));
    await files.writeFile(path, line(4, 'fo', 'stdout', 'P') + line(5, 'ur') + line(6, ''));
  });
  it.each<[string, Partial<LogOptions>, string]>([
    ['whole, rotated files first', {}, 'one\ntwo\nerr\nfour\n\n'],
    ['with times, one a line', { timestamps: true, tailLines: 2 }, `${at(4)} four\n${at(6)} \n`],
    ['its last three lines, over two files', { tailLines: 3 }, 'err\nfour\n\n'],
    ['no line', { tailLines: 0 }, ''],
    ['more lines than there are', { tailLines: 99 }, 'one\ntwo\nerr\nfour\n\n'],
    ['some bytes', { limitBytes: 5 }, 'one\nt'],
    ['since a time', { sinceMs: Date.parse('2026-01-01T00:00:04Z') }, 'four\n\n'],
    ['one stream', { stream: 'Stderr' }, 'err\n'],
  ])('is read %s', async (_name, options, text) => {
    expect(await read(options)).toBe(text);
  });
  it('is not read through a link, and what was opened before it is closed', async () => {
    await files.rm(path);
    await files.symlink('/etc/hostname', path);
    await expect(read({ follow: true })).rejects.toThrow('ELOOP');
    expect(await openFiles()).toEqual([]);
  });
});

describe('a log that is written', () => {
  it('is followed over a rotation to its end', async () => {
    await files.writeFile(path, line(1, 'before'));
    const over = Promise.withResolvers<void>();
    let text = '';
    const seen = async (part: string): Promise<void> => expect.poll(() => text).toContain(part);
    const write = async (chunk: Buffer): Promise<void> => void (text += chunk.toString());
    const signal = new AbortController().signal;
    const done = readLog(files, { path, ended: over.promise }, { ...ALL, follow: true }, write, signal);
    await seen('before\n');
    await files.appendFile(path, line(2, 'more'));
    await seen('more\n');
    await files.rename(path, `${path}.1`);
    await files.writeFile(path, line(3, 'new file'));
    await seen('new file\n');
    await files.appendFile(path, line(4, 'last words'));
    over.resolve();
    await done;
    expect(text).toBe('before\nmore\nnew file\nlast words\n');
  });
  it('stops when its reader goes', async () => {
    await files.writeFile(path, line(1, 'x'));
    const gone = new AbortController();
    const done = readLog(
      files,
      { path, ended: new Promise(() => undefined) },
      { ...ALL, follow: true },
      async () => gone.abort(),
      gone.signal,
    );
    await expect(done).resolves.toBeUndefined();
  });
});
