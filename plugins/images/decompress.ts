import type { FileHandle } from 'node:fs/promises';
import { PassThrough, type Transform } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';

/**
 * What turns the file into plain bytes: gzip, zstd or nothing, told by its first bytes and not by what
 * somebody called it. zstd's window is bounded to 128 MiB.
 */
export async function decompressorFor(file: FileHandle): Promise<Transform> {
  const head = Buffer.alloc(4);
  const { bytesRead } = await file.read(head, 0, head.length, 0);
  if (bytesRead >= 2 && head.readUInt16BE(0) === GZIP_MAGIC) return createGunzip({ chunkSize: CHUNK_BYTES });
  if (bytesRead === 4 && head.readUInt32LE(0) === ZSTD_MAGIC) {
    return createZstdDecompress({ chunkSize: CHUNK_BYTES, params: { [constants.ZSTD_d_windowLogMax]: 27 } });
  }
  return new PassThrough();
}

export const CHUNK_BYTES = 256 * 1024;
const GZIP_MAGIC = 0x1f8b; // RFC 1952
const ZSTD_MAGIC = 0xfd2fb528; // RFC 8878
