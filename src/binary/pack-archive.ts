import { buffer } from 'node:stream/consumers';
import { PassThrough } from 'node:stream';
import { constants, zstdCompressSync } from 'node:zlib';
import { create } from 'tar';

/** These files below `folder` as a tar, in one zstd frame with a checksum; `level` is zstd's, 1 to 19. */
export async function packArchive(folder: string, files: readonly string[], level: number): Promise<Buffer> {
  const tar = create({ cwd: folder, portable: true, noPax: true, noMtime: true, noDirRecurse: true }, [...files]);
  // In one piece: Node's stream sometimes ends with a second, empty frame.
  const plain = await buffer(tar.pipe(new PassThrough()));
  return zstdCompressSync(plain, {
    params: { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 },
    pledgedSrcSize: plain.length,
  });
}
