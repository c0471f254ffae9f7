import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from './digest.ts';
import { configOf, type ServedImage, servedImage } from './testing/image-parts.ts';
import { startLyingRegistry } from './testing/lying-registry.ts';
import { openService } from './testing/open-service.ts';
import { tarBytes, type TarMember } from './testing/tar-bytes.ts';

const DEADLINE_MS = 30_000;

/** An image of one layer, sent plain or in gzip. */
function imageOf(members: readonly TarMember[], compress: (tar: Buffer) => Buffer): ServedImage {
  const tar = tarBytes(members);
  return servedImage({ layers: [compress(tar)], config: configOf([digestOf(tar)]) });
}
const plain = (tar: Buffer): Buffer => tar;
const many = Array.from({ length: 2000 }, (_, i) => ({ path: `d${i % 10}/f${i}` }));

describe('a store whose disk is full', () => {
  let folder: string;
  const open: (() => unknown)[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tiphys-full-'));
    mkdirSync(join(folder, 'store'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,nr_inodes=400', 'none', join(folder, 'store')]);
  });
  afterEach(async () => {
    for (const close of open.splice(0).toReversed()) await close();
    execFileSync('umount', ['-l', join(folder, 'store')]);
    rmSync(folder, { recursive: true, force: true });
  });

  const cases: readonly (readonly [string, ServedImage, RegExp])[] = [
    [
      'while a layer is downloaded',
      imageOf([{ path: 'noise', content: randomBytes(20 << 20) }], plain),
      /^failed to pull and unpack image "[^"]+": ENOSPC: no space left on device, write$/,
    ],
    [
      'while a layer is unpacked',
      imageOf([{ path: 'zeros', content: Buffer.alloc(32 << 20) }], tar => gzipSync(tar)),
      /: failed to extract layer sha256:[0-9a-f]{64}: write "zeros": No space left on device$/,
    ],
    [
      'of inodes',
      imageOf(many, tar => gzipSync(tar)),
      /: failed to extract layer sha256:[0-9a-f]{64}: (open|mkdir) "[^"]+": No space left on device$/,
    ],
  ];
  it.each(cases)(
    '%s says so, keeps nothing, and takes what fits',
    async (_, image, says) => {
      const small = servedImage();
      const registry = await startLyingRegistry((request, response) => {
        const served = request.url?.includes('/small/') === true ? small : image;
        const [, kind, name = ''] = /\/(manifests|blobs)\/(.*)$/.exec(request.url ?? '') ?? [];
        response.writeHead(200, kind === 'manifests' ? { 'content-type': served.type } : {});
        response.end(kind === 'manifests' ? served.manifest : served.blobs.get(name));
      });
      open.push(() => registry.stop());
      const { service, store, close } = await openService(folder);
      open.push(close);
      const options = { credentials: [], signal: AbortSignal.timeout(DEADLINE_MS) };
      await expect(service.pull(`${registry.host}/large:1`, options)).rejects.toMatchObject({
        reason: 'ErrImagePull',
        message: expect.stringMatching(says),
      });
      for (const place of ['ingest', 'layers', 'l', 'blobs/sha256']) {
        expect([place, readdirSync(join(store.paths.root, place))]).toEqual([place, []]);
      }
      const pulled = await service.pull(`${registry.host}/small:1`, options);
      expect(readdirSync(pulled.lowerDirs[0] ?? '')).toEqual(['hello']);
    },
    2 * DEADLINE_MS,
  );
});
