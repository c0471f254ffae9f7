import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { digestOf } from './digest.ts';
import { ESCAPING_LAYERS } from './testing/escaping-layers.ts';
import { EXPLODING_LAYERS, EXPLOSION_BUDGET } from './testing/exploding-layers.ts';
import { CANARY, type HostileLayer, layerTar } from './testing/hostile-layer.ts';
import { MALFORMED_LAYERS } from './testing/malformed-layers.ts';
import { tarBytes, type TarMember } from './testing/tar-bytes.ts';
import { treeOf } from './testing/tree-of.ts';
import { resolveUser } from './resolve-user.ts';
import { unpackLayer } from './unpack-layer.ts';

/** Whatever a layer does is over by then; what one takes here is some hundredths of it. */
const DEADLINE_MS = 30_000;
const CORPUS = [...ESCAPING_LAYERS, ...MALFORMED_LAYERS, ...EXPLODING_LAYERS];

const folder = mkdtempSync(join(tmpdir(), 'tiphys-hostile-'));
afterAll(() => {
  for (const made of [folder, CANARY]) rmSync(made, { recursive: true, force: true });
});

/** Everything of the canary that a write, a chmod, a chown, a link or a rename would change. */
const canary = (): string =>
  ['', ...readdirSync(CANARY, { recursive: true, encoding: 'utf8' })]
    .map(path => {
      const { mode, uid, gid, size, nlink, ino, mtimeNs, ctimeNs } = lstatSync(join(CANARY, path), { bigint: true });
      return [path, mode, uid, gid, size, nlink, ino, mtimeNs, ctimeNs].join(' ');
    })
    .join('\n');
let before: string;
beforeAll(() => {
  mkdirSync(join(CANARY, 'dir'), { recursive: true });
  writeFileSync(join(CANARY, 'file'), 'untouched', { mode: 0o640 });
  symlinkSync('file', join(CANARY, 'link'));
  before = canary();
});

async function unpack(tar: Buffer, sent: Buffer, lowerDirs: readonly string[]): Promise<string> {
  const file = join(folder, 'layer.tar');
  writeFileSync(file, sent);
  const directory = mkdtempSync(join(folder, 'layer-'));
  const [signal, budget] = [AbortSignal.timeout(DEADLINE_MS), EXPLOSION_BUDGET];
  await unpackLayer(hostWorld().files, { file, diffId: digestOf(tar), directory, lowerDirs, signal, budget });
  return directory;
}

async function treeOfLayer({ below = [], members, sent }: HostileLayer): Promise<readonly string[]> {
  const lowerDirs: string[] = [];
  for (const layer of below) {
    const tar = tarBytes(layer);
    lowerDirs.unshift(await unpack(tar, tar, lowerDirs));
  }
  const tar = layerTar({ members });
  return treeOf(await unpack(tar, sent ?? tar, lowerDirs));
}

describe('a hostile layer', () => {
  it('is one of many, each with a name of its own', () => {
    expect(new Set(CORPUS.map(({ name }) => name)).size).toBe(CORPUS.length);
    expect(CORPUS.length).toBeGreaterThan(100);
  });

  it.each(CORPUS.map(layer => [layer.name, layer] as const))(
    'with %s changes nothing outside',
    async (_, layer) => {
      const { outcome } = layer;
      try {
        if ('tree' in outcome) expect(await treeOfLayer(layer)).toEqual([...outcome.tree].sort());
        else {
          const error: unknown = await treeOfLayer(layer).catch((refusal: unknown) => refusal);
          expect(error).toMatchObject({
            name: 'ContentError',
            code: outcome.refused,
            message: expect.stringContaining(outcome.says),
          });
        }
      } finally {
        expect(canary()).toBe(before);
      }
    },
    2 * DEADLINE_MS,
  );
});

describe('a layer that somebody outside changes while it is unpacked', () => {
  it('reaches nothing but itself: directories and links to the canary swapped under its files', async () => {
    const members = Array.from({ length: 1500 }, (_, i) => ({ path: `d/${i % 7}/f${i}`, content: 'x' }));
    const tar = layerTar({ members });
    const directory = mkdtempSync(join(folder, 'layer-'));
    const file = join(folder, 'raced.tar');
    writeFileSync(file, tar);
    const [signal, budget] = [AbortSignal.timeout(DEADLINE_MS), EXPLOSION_BUDGET];
    const request = { file, diffId: digestOf(tar), directory, lowerDirs: [], signal, budget };
    const race = { over: false, swaps: 0 };
    const unpacked = unpackLayer(hostWorld().files, request)
      .catch((error: unknown) => expect(error).toMatchObject({ name: 'ContentError' }))
      .finally(() => {
        race.over = true;
      });
    while (!race.over) {
      if (swap(directory, join('d', String(race.swaps % 7)))) race.swaps += 1;
      await new Promise(resolve => setImmediate(resolve));
    }
    await unpacked;
    expect(race.swaps).toBeGreaterThan(0);
    expect(canary()).toBe(before);
  });

  /** False as long as there is nothing to swap. */
  function swap(directory: string, path: string): boolean {
    try {
      renameSync(join(directory, path), join(directory, 'away'));
      symlinkSync(CANARY, join(directory, path));
      rmSync(join(directory, path));
      renameSync(join(directory, 'away'), join(directory, path));
      return true;
    } catch (error) {
      // The unpacker was there first.
      expect(error).toHaveProperty('code', expect.stringMatching(/^(ENOENT|EEXIST|ENOTEMPTY|EISDIR|ENOTDIR)$/));
      rmSync(join(directory, 'away'), { recursive: true, force: true });
      return false;
    }
  }
});

describe('passwd and group files of a stranger', () => {
  const passwd = 'etc/passwd';
  const unreadable: readonly (readonly [string, readonly TarMember[], string])[] = [
    ['a FIFO', [{ path: passwd, type: 'FIFO' }], 'EINVAL'],
    ['a device', [{ path: passwd, type: 'CharacterDevice', device: [1, 5] }], 'EINVAL'],
    ['a directory', [{ path: passwd, type: 'Directory' }], 'EINVAL'],
    ['a link to itself', [{ path: passwd, type: 'SymbolicLink', target: 'passwd' }], 'ELOOP'],
    ['a file of 2 MiB', [{ path: passwd, content: Buffer.alloc(2 << 20, 'x:x:0:0::/:\n') }], 'EFBIG'],
  ];
  it.each(unreadable)('are refused as %s', async (_, members, code) => {
    const tar = layerTar({ members });
    await expect(resolveUser([await unpack(tar, tar, [])], 'nobody')).rejects.toMatchObject({
      reason: 'ImageInspectError',
      message: `the image's etc/passwd cannot be read: ${code}`,
    });
  });

  it('are never read outside, and are read in no time when full of noise', async () => {
    const outside = layerTar({ members: [{ path: passwd, type: 'SymbolicLink', target: '/etc/passwd-of-host' }] });
    const link = layerTar({ members: [{ path: 'etc', type: 'SymbolicLink', target: `${'../'.repeat(30)}host` }] });
    const noise = layerTar({ members: [{ path: passwd, content: Buffer.alloc(1 << 20, ':\n') }] });
    for (const tar of [outside, link, noise]) {
      await expect(resolveUser([await unpack(tar, tar, [])], 'daemon')).rejects.toThrow(/^unable to find user daemon/);
    }
  });
});
