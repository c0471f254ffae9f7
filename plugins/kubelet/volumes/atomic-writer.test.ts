import * as files from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { native } from '../../../native/index.ts';
import { writeAtomically, type Payload } from './atomic-writer.ts';

const world = { files, random: { bytes: () => Buffer.alloc(0), uuid: () => randomUUID(), fraction: () => 0 } };
const payload = (entries: Readonly<Record<string, string>>): Payload =>
  new Map(Object.entries(entries).map(([path, text]) => [path, { data: Buffer.from(text), mode: 0o640 }]));

describe('a volume of configuration', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await files.mkdtemp(join(tmpdir(), 'kubelet-volume-'));
  });
  afterEach(() => files.rm(directory, { recursive: true }));
  const write = (entries: Readonly<Record<string, string>>) =>
    writeAtomically({ world, native: native() }, directory, payload(entries), { gid: undefined });
  const shown = async () => (await files.readdir(directory)).filter(name => !name.startsWith('..')).sort();

  it('shows files through links into one directory that is swapped', async () => {
    expect(await write({ a: '1', 'deep/b': '2' })).toBe(true);
    expect(await shown()).toEqual(['a', 'deep']);
    expect(await files.readlink(join(directory, 'a'))).toBe('..data/a');
    const before = await files.readlink(join(directory, '..data'));
    expect(await write({ a: '1', c: '3' })).toBe(true);
    expect(await shown()).toEqual(['a', 'c']);
    expect(await files.readFile(join(directory, 'c'), 'utf8')).toBe('3');
    expect((await files.stat(join(directory, 'c'))).mode & 0o777).toBe(0o640);
    expect(await files.readlink(join(directory, '..data'))).not.toBe(before);
    expect((await files.readdir(directory)).includes(before)).toBe(false);
  });

  it('touches nothing where nothing differs', async () => {
    await write({ a: '1' });
    const before = await files.readlink(join(directory, '..data'));
    expect(await write({ a: '1' })).toBe(false);
    expect(await files.readlink(join(directory, '..data'))).toBe(before);
  });

  it('does not follow a link that somebody put in its place', async () => {
    const outside = await files.mkdtemp(join(tmpdir(), 'kubelet-outside-'));
    await files.writeFile(join(outside, 'precious'), 'x');
    await write({ a: '1' });
    await files.symlink(outside, join(directory, 'stray'));
    await write({ b: '2' });
    expect(await shown()).toEqual(['b']);
    expect(await files.readFile(join(outside, 'precious'), 'utf8')).toBe('x');
    await files.rm(outside, { recursive: true });
  });
});
