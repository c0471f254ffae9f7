import { createCipheriv, createDecipheriv } from 'node:crypto';
import { CipherError, TOO_SHORT, type MakeCipher } from './cipher.ts';

const BLOCK_BYTES = 16;

/** A random start, and the value filled up to whole blocks. Nothing tells whether it was changed. */
export const aesCbc: MakeCipher = (secret, random) => {
  const algorithm = `aes-${secret.length * 8}-cbc`;
  return {
    seal(_key, value) {
      const start = random.bytes(BLOCK_BYTES);
      const cipher = createCipheriv(algorithm, secret, start);
      return Buffer.concat([start, cipher.update(value), cipher.final()]);
    },
    open(_key, sealed) {
      if (sealed.length < BLOCK_BYTES) throw new CipherError(TOO_SHORT);
      if (sealed.length % BLOCK_BYTES !== 0) {
        throw new CipherError('the stored data is not a multiple of the block size');
      }
      const cipher = createDecipheriv(algorithm, secret, sealed.subarray(0, BLOCK_BYTES)).setAutoPadding(false);
      const filled = Buffer.concat([cipher.update(sealed.subarray(BLOCK_BYTES)), cipher.final()]);
      return withoutFilling(filled);
    },
  };
};

/** The last byte says how many are none of the value's, and each of them says the same. */
function withoutFilling(filled: Buffer): Buffer {
  const count = filled.at(-1) ?? 0;
  if (count === 0 || count > filled.length) throw new CipherError('invalid PKCS7 data (empty or not padded)');
  const end = filled.length - count;
  if (filled.subarray(end).some(byte => byte !== count)) throw new CipherError('invalid padding on input');
  return filled.subarray(0, end);
}
