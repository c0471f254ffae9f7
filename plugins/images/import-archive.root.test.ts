import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageService } from './image-service.ts';
import type { ImageStore } from './image-store.ts';
import { openService } from './testing/open-service.ts';

const folder = mkdtempSync(join(tmpdir(), 'tiphys-import-'));
const out = join(folder, 'out');
let service: ImageService;
let store: ImageStore;

beforeAll(async () => {
  execFileSync(process.execPath, ['images/build.ts', out]);
  ({ service, store } = await openService(folder));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('importArchive', () => {
  it('takes an OCI layout and finds it by every name', async () => {
    const [image] = await service.importArchive(join(out, 'busybox.tar'));
    expect(image?.tags).toEqual(['docker.io/library/busybox:1.35']);
    expect(service.find('busybox:1.35')).toEqual(image);
    expect(service.find(image?.digests[0] ?? '')).toEqual(image);
    expect(service.find(image?.id ?? '')).toEqual(image);
    expect(service.find('busybox')).toBeUndefined();
    expect(image?.config.cmd).toEqual(['sh']);
    const [layer = ''] = image?.lowerDirs ?? [];
    expect(execFileSync(join(layer, 'bin/busybox'), ['echo', 'it runs'], { encoding: 'utf8' })).toBe('it runs\n');
    expect(statSync(join(layer, 'tmp')).mode & 0o7777).toBe(0o1777);
    expect(readdirSync(store.paths.ingest)).toEqual([]);
  });

  it('takes what skopeo makes of it: docker archives, zstd layers, compressed outside', async () => {
    const source = `oci-archive:${join(out, 'echo.tar')}`;
    const skopeo = (...args: readonly string[]): void =>
      void execFileSync('skopeo', ['copy', '--quiet', '--insecure-policy', ...args], { stdio: 'pipe' });
    skopeo(source, `docker-archive:${join(folder, 'd.tar')}:example.com/echo:docker`);
    skopeo('--dest-compress', '--dest-compress-format', 'zstd', source, `oci-archive:${join(folder, 'zst.tar')}:z1`);
    writeFileSync(join(folder, 'd.tar.gz'), gzipSync(readFileSync(join(folder, 'd.tar'))));
    writeFileSync(join(folder, 'd.tar.zst'), zstdCompressSync(readFileSync(join(folder, 'd.tar'))));
    const plain = await service.importArchive(join(out, 'echo.tar'));
    for (const [file, tag] of [
      ['d.tar', 'example.com/echo:docker'],
      ['zst.tar', 'docker.io/library/zst:z1'],
      ['d.tar.gz', 'example.com/echo:docker'],
      ['d.tar.zst', 'example.com/echo:docker'],
    ] as const) {
      const fresh = await openService(folder, `store-${file}`);
      const [image] = await fresh.service.importArchive(join(folder, file));
      expect(image?.tags).toEqual([tag]);
      const layer = readFileSync(join(image?.lowerDirs[0] ?? '', 'echo'));
      expect(layer.equals(readFileSync(join(plain[0]?.lowerDirs[0] ?? '', 'echo')))).toBe(true);
    }
  });

  it('forgets an image with its last tag and frees its layers, unless a container needs them', async () => {
    const own = await openService(folder, 'gc');
    const [image] = await own.service.importArchive(join(out, 'busybox.tar'));
    const layer = own.store.paths.layer(own.store.metadata.now.images[image?.id as 'sha256:']?.layers[0] as 'sha256:');
    await own.service.remove('busybox:1.35');
    expect(own.service.find('busybox:1.35')).toBeUndefined();
    expect(await own.service.collectGarbage(new Set([image?.id ?? '']))).toEqual({ freedBytes: 0 });
    expect(existsSync(layer)).toBe(true);
    expect((await own.service.collectGarbage(new Set())).freedBytes).toBeGreaterThan(1_000_000);
    expect(existsSync(layer)).toBe(false);
    expect(own.service.list()).toEqual([]);
  });

  it('is seen by another process that holds the same store, and neither undoes the other', async () => {
    const [here, there] = [await openService(folder, 'shared'), await openService(folder, 'shared')];
    await Promise.all([
      here.service.importArchive(join(out, 'busybox.tar')),
      there.service.importArchive(join(out, 'echo.tar')),
      there.service.importArchive(join(out, 'busybox.tar')),
    ]);
    await here.store.metadata.reload();
    expect(
      here.service
        .list()
        .flatMap(image => image.tags)
        .sort(),
    ).toEqual(['docker.io/library/busybox:1.35', 'tiphys.dev/echo:1.0']);
  });

  it('imports a folder at start, skips what is broken, and reads nothing twice', async () => {
    const own = mkdtempSync(join(folder, 'preload-'));
    mkdirSync(join(own, 'preload'));
    copyFileSync(join(out, 'busybox.tar'), join(own, 'preload', 'busybox.tar'));
    writeFileSync(join(own, 'preload', 'a-broken.tar'), 'broken');
    const first = await openService(own);
    await first.service.preloaded;
    expect(first.service.find('busybox:1.35')?.tags).toEqual(['docker.io/library/busybox:1.35']);
    const before = statSync(first.store.paths.metadata).ino;
    const second = await openService(own);
    await second.service.preloaded;
    expect(statSync(first.store.paths.metadata).ino).toBe(before);
    await second.service.remove('busybox:1.35');
    const third = await openService(own);
    await third.service.preloaded;
    expect(third.service.find('busybox:1.35')).toBeDefined();
  });

  it('resolves users by the files of the image', async () => {
    await service.importArchive(join(out, 'busybox.tar'));
    const image = service.find('busybox:1.35');
    if (image === undefined) throw new Error('not imported');
    expect(await service.resolveUser(image, 'www-data')).toEqual({
      uid: 33,
      gid: 33,
      supplementalGroups: [],
      home: '/var/www',
    });
    await expect(service.resolveUser(image, 'stranger')).rejects.toThrow(
      'unable to find user stranger: no matching entries in passwd file',
    );
  });

  it('refuses what is no archive, and leaves nothing behind', async () => {
    writeFileSync(join(folder, 'noise.tar'), Buffer.alloc(4096, 'x'));
    writeFileSync(join(folder, 'cut.tar'), readFileSync(join(out, 'busybox.tar')).subarray(0, 300_000));
    await expect(service.importArchive(join(folder, 'noise.tar'))).rejects.toMatchObject({
      reason: 'ErrImagePull',
      cause: { code: 'BadArchive' },
    });
    await expect(service.importArchive(join(folder, 'cut.tar'))).rejects.toMatchObject({
      reason: 'ErrImagePull',
      cause: { code: 'BadArchive' },
    });
    await expect(service.importArchive(join(folder, 'absent.tar'))).rejects.toThrow(
      /^failed to import image archive ".*absent.tar": ENOENT/,
    );
    expect(readdirSync(store.paths.ingest)).toEqual([]);
  });
});
