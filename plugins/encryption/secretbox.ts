import { timingSafeEqual } from 'node:crypto';
import { CipherError, TOO_SHORT, type MakeCipher } from './cipher.ts';
import { poly1305 } from './poly1305.ts';
import { xsalsa20 } from './xsalsa20.ts';

const NONCE_BYTES = 24;
const TAG_BYTES = 16;
/** The first bytes of the stream are the tag's key. */
const TAG_KEY_BYTES = 32;

/** NaCl's secretbox: a random nonce, a tag, and the value under XSalsa20. */
export const secretbox: MakeCipher = (secret, random) => ({
  seal(_key, value) {
    const nonce = random.bytes(NONCE_BYTES);
    const box = Buffer.alloc(TAG_KEY_BYTES + value.length);
    value.copy(box, TAG_KEY_BYTES);
    xsalsa20(secret, nonce, box);
    const sealed = box.subarray(TAG_KEY_BYTES);
    return Buffer.concat([nonce, poly1305(box.subarray(0, TAG_KEY_BYTES), sealed), sealed]);
  },
  open(_key, sealed) {
    if (sealed.length < NONCE_BYTES + TAG_BYTES) throw new CipherError(TOO_SHORT);
    const [nonce, tag] = [sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)];
    const body = sealed.subarray(NONCE_BYTES + TAG_BYTES);
    const box = Buffer.alloc(TAG_KEY_BYTES + body.length);
    body.copy(box, TAG_KEY_BYTES);
    xsalsa20(secret, nonce, box);
    // As upstream calls a tag that does not fit.
    if (!timingSafeEqual(poly1305(box.subarray(0, TAG_KEY_BYTES), body), tag)) {
      throw new CipherError('output array was not large enough for encryption');
    }
    return box.subarray(TAG_KEY_BYTES);
  },
});
