import { createCipheriv, createDecipheriv, type CipherGCMTypes } from 'node:crypto';
import { CipherError, TOO_SHORT, type MakeCipher } from './cipher.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A random nonce, the sealed value, and a tag over it and the key it lies under. */
export const aesGcm: MakeCipher = (secret, random) => {
  const algorithm = `aes-${secret.length * 8}-gcm` as CipherGCMTypes;
  return {
    seal(key, value) {
      const nonce = random.bytes(NONCE_BYTES);
      const cipher = createCipheriv(algorithm, secret, nonce).setAAD(Buffer.from(key));
      const sealed = cipher.update(value);
      return Buffer.concat([nonce, sealed, cipher.final(), cipher.getAuthTag()]);
    },
    open(key, sealed) {
      if (sealed.length < NONCE_BYTES) throw new CipherError(TOO_SHORT);
      const end = sealed.length - TAG_BYTES;
      if (end < NONCE_BYTES) throw new CipherError(NOT_AUTHENTIC);
      const options = { authTagLength: TAG_BYTES };
      const cipher = createDecipheriv(algorithm, secret, sealed.subarray(0, NONCE_BYTES), options)
        .setAAD(Buffer.from(key))
        .setAuthTag(sealed.subarray(end));
      const value = cipher.update(sealed.subarray(NONCE_BYTES, end));
      try {
        return Buffer.concat([value, cipher.final()]);
      } catch (error) {
        if (error instanceof Error) throw new CipherError(NOT_AUTHENTIC);
        throw error;
      }
    },
  };
};

const NOT_AUTHENTIC = 'cipher: message authentication failed';
