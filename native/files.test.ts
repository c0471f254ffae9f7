import { execFileSync } from 'node:child_process';
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  absentStep,
  directoryStep,
  fileStep,
  freshDirectoryStep,
  freshFileStep,
  linkStep,
  spreadStep,
  unlessStep,
} from '../src/base/file-steps.ts';
import { native } from './index.ts';
import { removeTrees } from './remove-trees.ts';

const EXT4 = 0xef53;

let root: string;
beforeEach(async () => {
  root = await files.mkdtemp(join(tmpdir(), 'tiphys-files-'));
});
afterEach(() => files.rm(root, { recursive: true, force: true }));
const at = (...parts: readonly string[]): string => join(root, ...parts);
const modeOf = async (path: string): Promise<number> => (await files.lstat(path)).mode & 0o7777;

describe('makeFiles', () => {
  it('makes parents, directories, files and links with exactly the modes it is told', async () => {
    await native().makeFiles([
      directoryStep(at('a/b'), 0o2777),
      freshDirectoryStep(at('a/b/c'), 0o700),
      freshFileStep(at('a/b/c/text'), 'grüße', 0o666),
      fileStep(at('a/b/c/bytes'), Uint8Array.of(0, 255), 0o640),
      linkStep(at('a/link'), 'b/c', true),
    ]);
    expect(await modeOf(at('a'))).toBe(0o755);
    expect(await modeOf(at('a/b'))).toBe(0o2777);
    expect(await modeOf(at('a/b/c'))).toBe(0o700);
    expect(await modeOf(at('a/b/c/text'))).toBe(0o666);
    expect(await files.readFile(at('a/link/text'), 'utf8')).toBe('grüße');
    expect([...(await files.readFile(at('a/link/bytes')))]).toEqual([0, 255]);
  });

  it('leaves what is there already alone, and refuses it where it has to be fresh', async () => {
    await native().makeFiles([directoryStep(at('d'), 0o700), fileStep(at('d/f'), 'long ago', 0o600)]);
    await native().makeFiles([directoryStep(at('d'), 0o755), fileStep(at('d/f'), 'now', 0o644)]);
    expect(await modeOf(at('d'))).toBe(0o700);
    expect(await files.readFile(at('d/f'), 'utf8')).toBe('now');
    for (const step of [freshDirectoryStep(at('d'), 0o700), freshFileStep(at('d/f'), '', 0o600)]) {
      await expect(native().makeFiles([step])).rejects.toMatchObject({ code: 'EEXIST', path: step.path });
    }
  });

  it('stops at the first failure, and without one at what is there', async () => {
    await expect(
      native().makeFiles([fileStep(at('nowhere/f'), '', 0o600), fileStep(at('after'), '', 0o600)]),
    ).rejects.toMatchObject({ code: 'ENOENT', syscall: 'open' });
    await native().makeFiles([fileStep(at('one'), '', 0o600), unlessStep(at('one')), fileStep(at('after'), '', 0o600)]);
    expect(await files.readdir(root)).toEqual(['one']);
    await expect(
      native().makeFiles([absentStep(at('two')), absentStep(at('one')), fileStep(at('after'), '', 0o600)]),
    ).rejects.toMatchObject({ code: 'EEXIST', path: at('one') });
    expect(await files.readdir(root)).toEqual(['one']);
  });

  it('spreads the folders of a folder where the file system can, and asks nothing of others', async () => {
    await native().makeFiles([directoryStep(at('d'), 0o755), spreadStep(at('d')), spreadStep('/proc')]);
    const { type } = await files.statfs(root);
    if (type === EXT4) expect(execFileSync('lsattr', ['-d', at('d')], { encoding: 'utf8' })).toMatch(/^\S*T/);
    await expect(native().makeFiles([spreadStep(at('none'))])).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('writes through no link', async () => {
    await native().makeFiles([fileStep(at('target'), 'safe', 0o600), linkStep(at('link'), 'target', true)]);
    await expect(native().makeFiles([fileStep(at('link'), 'lost', 0o600)])).rejects.toMatchObject({ code: 'ELOOP' });
    expect(await files.readFile(at('target'), 'utf8')).toBe('safe');
  });
});

describe('readBounded', () => {
  it('reads no more than it may, of sizes the kernel does not tell too', async () => {
    await files.writeFile(at('f'), 'x'.repeat(100_000));
    await files.symlink('f', at('link'));
    expect(await native().readBounded(at('f'), 70_000, false)).toHaveLength(70_000);
    expect(await native().readBounded(at('link'), 200_000, true)).toHaveLength(100_000);
    expect((await native().readBounded('/proc/self/mountinfo', 1 << 20, false)).length).toBeGreaterThan(0);
    await expect(native().readBounded(at('link'), 10, false)).rejects.toMatchObject({ code: 'ELOOP' });
    await expect(native().readBounded(at('none'), 10, false)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('removeTrees', () => {
  it('removes trees wider than a turn and deeper than any path, but never what links point to', async () => {
    await files.mkdir(at('kept'));
    await files.writeFile(at('kept/file'), '');
    await files.mkdir(at('tree/wide'), { recursive: true });
    await Promise.all(Array.from({ length: 1500 }, (_, index) => files.writeFile(at('tree/wide', `f${index}`), '')));
    await files.symlink(at('kept'), at('tree/link'));
    let deep = at('tree');
    for (let level = 0; level < 12; level++) {
      await files.mkdir(join(deep, `${'d'.repeat(200)}/${'e'.repeat(200)}`), { recursive: true });
      // Each round moves what there is one step down: the whole path becomes longer than PATH_MAX.
      await files.rename(deep, at('moving'));
      await files.mkdir(at('tree'));
      await files.rename(at('moving'), at('tree', 'x'.repeat(200)));
      deep = at('tree');
    }
    await removeTrees(native(), [at('tree'), at('never-there'), at('kept/file')]);
    expect(await files.readdir(root)).toEqual(['kept']);
    expect(await files.readdir(at('kept'))).toEqual([]);
  });

  it('goes through a chain of directories without end in sight', async () => {
    let inner = at('chain');
    await files.mkdir(inner);
    for (let round = 0; round < 3; round++) {
      await files.mkdir(join(inner, ...Array.from({ length: 60 }, () => 'd')), { recursive: true });
      await files.writeFile(join(inner, ...Array.from({ length: 60 }, () => 'd'), 'leaf'), '');
      const outer = at(`outer-${round}`);
      await files.mkdir(join(outer, ...Array.from({ length: 40 }, () => 'o')), { recursive: true });
      await files.rename(inner, join(outer, ...Array.from({ length: 40 }, () => 'o'), 'inner'));
      inner = outer;
    }
    await removeTrees(native(), [inner]);
    expect(await files.readdir(root)).toEqual([]);
  });

  it('says what it could not remove', async () => {
    await expect(removeTrees(native(), ['/proc/self/status'])).rejects.toMatchObject({
      path: '/proc/self/status',
    });
  });
});
