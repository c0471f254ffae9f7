import { CodedError } from '../../src/base/coded-error.ts';
import type { World } from '../../src/base/world.ts';

/** One way to seal values by one key. */
export interface Cipher {
  /** `key` is what the value lies under: some ciphers refuse it elsewhere. */
  seal(key: string, value: Buffer): Buffer;
  /** Throws `CipherError`. */
  open(key: string, sealed: Buffer): Buffer;
}

export type Random = Pick<World['random'], 'bytes'>;
export type MakeCipher = (secret: Buffer, random: Random) => Cipher;

/** What was sealed is not what is there. Upstream's words. */
export class CipherError extends CodedError<'NotOpened'> {
  constructor(message: string) {
    super('NotOpened', message);
  }
}

export const TOO_SHORT = 'the stored data was shorter than the required size';
