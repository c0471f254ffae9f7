import { CipherError, type Cipher, type MakeCipher, type Random } from './cipher.ts';
import { aesCbc } from './aes-cbc.ts';
import { aesGcm } from './aes-gcm.ts';
import type { ProviderConfiguration } from './encryption-configuration.ts';
import { isSealed } from '../../src/store/at-rest.ts';
import { StoreError } from '../../src/store/store.ts';
import { secretbox } from './secretbox.ts';

/** One way that values of some kinds are written or were. */
interface Way {
  /** What stands before what it has sealed; '' where it seals nothing. */
  readonly mark: Buffer;
  readonly cipher: Cipher | undefined;
}

/** Ways of one provider, under a mark that all of them begin with. */
interface Provider {
  readonly mark: Buffer;
  readonly ways: readonly Way[];
  readonly noKey: string;
}

export interface Opened {
  readonly value: Buffer;
  /** It is not as it would be written now. */
  readonly isStale: boolean;
}

/** Writes values the first way there is, and reads what was written any of them. */
export class ValueTransformer {
  readonly #providers: readonly Provider[];
  readonly #first: Way;

  constructor(providers: readonly ProviderConfiguration[], random: Random) {
    this.#providers = providers.map(each => providerOf(each, random));
    this.#first = this.#providers[0]?.ways[0] ?? PLAIN_WAY;
  }

  get seals(): boolean {
    return this.#first.cipher !== undefined;
  }

  seal(key: string, value: Buffer): Buffer {
    const { cipher, mark } = this.#first;
    return cipher === undefined ? value : Buffer.concat([mark, cipher.seal(key, value)]);
  }

  /** Throws `StoreError` `Unreadable`, in upstream's words. */
  open(key: string, written: Buffer): Opened {
    const problems = new Set<string>();
    for (const { mark, ways, noKey } of this.#providers) {
      if (!startsWith(written, mark)) continue;
      if (mark.length === 0) {
        if (isSealed(written)) continue;
        return { value: written, isStale: this.seals };
      }
      const found = openBy(ways, key, written);
      if ('value' in found) return { value: found.value, isStale: found.way !== this.#first };
      problems.add(found.problem ?? noKey);
    }
    throw new StoreError('Unreadable', told([...problems], 'no matching prefix found'));
  }
}

const PLAIN_WAY: Way = { mark: Buffer.alloc(0), cipher: undefined };

function openBy(
  ways: readonly Way[],
  key: string,
  written: Buffer,
): { readonly value: Buffer; readonly way: Way } | { readonly problem: string | undefined } {
  const problems = new Set<string>();
  for (const way of ways) {
    if (way.cipher === undefined || !startsWith(written, way.mark)) continue;
    try {
      return { value: way.cipher.open(key, written.subarray(way.mark.length)), way };
    } catch (error) {
      if (!(error instanceof CipherError)) throw error;
      problems.add(error.message);
    }
  }
  return { problem: problems.size === 0 ? undefined : told([...problems], '') };
}

const told = (problems: readonly string[], otherwise: string): string =>
  problems.length > 1 ? `[${problems.join(', ')}]` : (problems[0] ?? otherwise);

const startsWith = (written: Buffer, mark: Buffer): boolean => written.subarray(0, mark.length).equals(mark);

function providerOf({ aesgcm, aescbc, secretbox: box }: ProviderConfiguration, random: Random): Provider {
  if (aesgcm !== undefined) return sealing('aesgcm', aesgcm.keys, aesGcm, random);
  if (aescbc !== undefined) return sealing('aescbc', aescbc.keys, aesCbc, random);
  if (box !== undefined) return sealing('secretbox', box.keys, secretbox, random);
  return { mark: PLAIN_WAY.mark, ways: [PLAIN_WAY], noKey: '' };
}

function sealing(
  name: 'aesgcm' | 'aescbc' | 'secretbox',
  keys: readonly { readonly name: string; readonly secret: string }[],
  make: MakeCipher,
  random: Random,
): Provider {
  const mark = `k8s:enc:${name}:v1:`;
  return {
    mark: Buffer.from(mark),
    ways: keys.map(key => ({
      mark: Buffer.from(`${mark}${key.name}:`),
      cipher: make(Buffer.from(key.secret, 'base64'), random),
    })),
    noKey: `no matching key was found for the provided ${name === 'secretbox' ? 'Secretbox' : 'AES'} transformer`,
  };
}
