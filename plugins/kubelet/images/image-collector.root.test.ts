import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { digestOf } from '../../images/digest.ts';
import { configOf, servedImage, type ServedImage } from '../../images/testing/image-parts.ts';
import { startLyingRegistry, type LyingRegistry } from '../../images/testing/lying-registry.ts';
import { openService } from '../../images/testing/open-service.ts';
import { tarBytes } from '../../images/testing/tar-bytes.ts';
import { ImageCollector } from './image-collector.ts';

const MIB = 1 << 20;
const NAMES = ['one', 'two', 'three', 'four'] as const;
/** All have this layer in common, and eight megabytes of their own. */
const BASE = tarBytes([{ path: 'base', content: randomBytes(4 * MIB) }]);
const imageOf = (name: string): ServedImage => {
  const own = tarBytes([{ path: name, content: randomBytes(8 * MIB) }]);
  return servedImage({ layers: [BASE, own], config: configOf([digestOf(BASE), digestOf(own)]) });
};

let folder: string;
let registry: LyingRegistry;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tiphys-collect-'));
  mkdirSync(join(folder, 'store'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'none', join(folder, 'store')]);
  const served = new Map(NAMES.map(name => [name as string, imageOf(name)]));
  registry = await startLyingRegistry((request, response) => {
    const [, name = '', kind = '', what = ''] = /^\/v2\/(\w+)\/(manifests|blobs)\/(.*)$/.exec(request.url ?? '') ?? [];
    const image = served.get(name);
    response.writeHead(200, kind === 'manifests' && image !== undefined ? { 'content-type': image.type } : {});
    response.end(kind === 'manifests' ? image?.manifest : image?.blobs.get(what));
  });
});
afterAll(() => {
  registry?.stop();
  execFileSync('umount', ['-l', join(folder, 'store')]);
  rmSync(folder, { recursive: true, force: true });
});

it('frees the disk of images from 85 % of it on down to 80 %: the least recently used, and what they alone need', async () => {
  mkdirSync(join(folder, 'preload'));
  copyFileSync(resolve(import.meta.dirname, '../../../images/out/echo.tar'), join(folder, 'preload/echo.tar'));
  const { service, store, close } = await openService(folder);
  await service.preloaded;
  const layers = (): number => readdirSync(join(store.paths.root, 'layers')).length;
  const usedShare = (): number => {
    const { blocks, bavail } = statfsSync(store.paths.root);
    return 1 - bavail / blocks;
  };
  const pinned = service.list();
  expect(pinned.map(image => image.pinned)).toEqual([true]);
  const ballast = join(store.paths.root, 'ballast');
  const [signal, ids] = [AbortSignal.timeout(30_000), new Map<string, string>()];
  let nowMs = 1_000_000_000;
  let used: readonly string[] = [];
  const warnings: string[] = [];
  const collector = new ImageCollector({
    world: { clock: { now: () => nowMs, monotonicMs: () => nowMs, cpuMs: () => 0 }, timers: hostWorld().timers },
    log: silentLogger,
    images: service,
    limits: { highPercent: 85, lowPercent: 80, minAgeMs: 120_000, maxAgeMs: 0 },
    inUse: () => new Set(used.map(name => ids.get(name) ?? '')),
    warn: (reason, message) => warnings.push(`${reason} ${message}`),
  });
  const round = async (...inUse: readonly string[]): Promise<readonly string[]> => {
    nowMs += 300_000;
    used = inUse;
    await collector.round();
    return NAMES.filter(name => service.find(`${registry.host}/${name}:1`) !== undefined);
  };
  for (const name of NAMES) {
    const { id } = await service.pull(`${registry.host}/${name}:1`, { credentials: [], signal });
    ids.set(name, id);
  }
  const pinnedLayers = layers() - NAMES.length - 1;
  expect(pinnedLayers).toBeGreaterThan(0);
  expect(await round('one', 'two')).toEqual(NAMES);
  expect(await round('one')).toEqual(NAMES);
  expect(usedShare()).toBeLessThan(0.85);
  writeFileSync(ballast, Buffer.alloc(Math.ceil((0.87 - usedShare()) * 64 * MIB)));
  expect(await round('one')).toEqual(['one', 'two', 'four']);
  expect(usedShare()).toBeLessThanOrEqual(0.8);
  expect(layers() - pinnedLayers).toBe(4);
  expect(warnings).toEqual([]);
  writeFileSync(ballast, Buffer.alloc(Math.floor((0.99 - usedShare()) * 64 * MIB)), { flag: 'a' });
  expect(await round('one')).toEqual(['one']);
  expect(service.list().filter(image => image.pinned)).toHaveLength(1);
  expect(layers() - pinnedLayers).toBe(2);
  writeFileSync(ballast, Buffer.alloc(Math.floor((0.99 - usedShare()) * 64 * MIB)), { flag: 'a' });
  expect(await round('one')).toEqual(['one']);
  expect(await round('one')).toEqual(['one']);
  const failed =
    /^Failed to garbage collect required amount of images\. Attempted to free \d+ bytes, but only found 0 /;
  expect(warnings.map(text => text.split(' ')[0])).toEqual([
    'FreeDiskSpaceFailed',
    'FreeDiskSpaceFailed',
    'ImageGCFailed',
  ]);
  for (const text of warnings) expect(text.slice(text.indexOf(' ') + 1)).toMatch(failed);
  await close();
});
