import { createHash } from 'node:crypto';

/** Bytes of the trailer, as `native/launcher/payload.c` reads it. */
export const TRAILER_BYTES = 64;

/**
 * The parts of a binary, one after the other: the launcher, the archive (a tar in one zstd frame), and where that lies.
 * The same launcher and archive give the same binary; another archive has another id, so that versions lie side by side.
 */
export function sealBinary(
  launcher: Buffer,
  archive: Buffer,
): { readonly id: string; readonly parts: readonly Buffer[] } {
  const id = createHash('sha256').update(archive).digest('hex').slice(0, 32);
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer.write('tiphys payload 1', 0, 'latin1');
  trailer.writeBigUInt64LE(BigInt(launcher.length), 16);
  trailer.writeBigUInt64LE(BigInt(archive.length), 24);
  trailer.write(id, 32, 'latin1');
  return { id, parts: [launcher, archive, trailer] };
}
