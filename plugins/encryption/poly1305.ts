const BLOCK_BYTES = 16;
const PRIME = 2n ** 130n - 5n;
/** Bits of the factor that are never set. */
const CLAMP = 0x0ffffffc0ffffffc0ffffffc0fffffffn;

/** A tag that only who has `key`, which is used once, can tell for `bytes`. */
export function poly1305(key: Buffer, bytes: Buffer): Buffer {
  const factor = numberAt(key, 0) & CLAMP;
  let sum = 0n;
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    sum = ((sum + blockAt(bytes, at)) * factor) % PRIME;
  }
  const tag = BigInt.asUintN(128, sum + numberAt(key, BLOCK_BYTES));
  const written = Buffer.alloc(BLOCK_BYTES);
  written.writeBigUInt64LE(BigInt.asUintN(64, tag), 0);
  written.writeBigUInt64LE(tag >> 64n, 8);
  return written;
}

/** A bit above the last byte, so that blocks of zeros count. */
function blockAt(bytes: Buffer, at: number): bigint {
  if (at + BLOCK_BYTES <= bytes.length) return numberAt(bytes, at) | (1n << 128n);
  const last = Buffer.alloc(BLOCK_BYTES);
  const count = bytes.copy(last, 0, at);
  last[count] = 1;
  return numberAt(last, 0);
}

const numberAt = (bytes: Buffer, at: number): bigint =>
  bytes.readBigUInt64LE(at) | (bytes.readBigUInt64LE(at + 8) << 64n);
