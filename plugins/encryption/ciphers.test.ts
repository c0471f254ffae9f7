import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { aesCbc } from './aes-cbc.ts';
import { aesGcm } from './aes-gcm.ts';
import { CipherError } from './cipher.ts';
import { secretbox } from './secretbox.ts';

const KEY = '/registry/secrets/default/a';
const SECRET = Buffer.from('0123456789abcdef0123456789abcdef');
const VALUE = '{"kind":"Secret","data":{"a":"b"}}';
const { random } = hostWorld();
const CIPHERS = [
  ['aescbc', aesCbc],
  ['aesgcm', aesGcm],
  ['secretbox', secretbox],
] as const;

describe.each(CIPHERS)('%s', (_, make) => {
  it('opens what it has sealed, of any length, each time otherwise', () => {
    const cipher = make(SECRET, random);
    for (const length of [0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 1500, 100_003]) {
      const value = randomBytes(length);
      const sealed = cipher.seal(KEY, value);
      expect(cipher.open(KEY, sealed).equals(value)).toBe(true);
      expect(cipher.seal(KEY, value).equals(sealed)).toBe(false);
      if (length > 15) expect(sealed.includes(value.subarray(0, 16))).toBe(false);
    }
  });

  it('does not open what is cut short', () => {
    const cipher = make(SECRET, random);
    const sealed = cipher.seal(KEY, Buffer.from(VALUE));
    const ends = Array.from({ length: sealed.length }, (_, end) => end);
    const short = ends.filter(end => {
      try {
        return cipher.open(KEY, sealed.subarray(0, end)).equals(Buffer.from(VALUE));
      } catch (error) {
        if (error instanceof CipherError) return false;
        throw error;
      }
    });
    expect(short).toEqual([]);
  });
});

describe.each(CIPHERS.filter(([name]) => name !== 'aescbc'))('%s, which is authenticated,', (_, make) => {
  it('does not open what was changed, at whatever place', () => {
    const cipher = make(SECRET, random);
    const sealed = cipher.seal(KEY, Buffer.from(VALUE));
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8((sealed[at] ?? 0) ^ 0x40, at);
      expect(() => cipher.open(KEY, changed)).toThrow(CipherError);
    }
  });

  it('does not open by another key', () => {
    const sealed = make(SECRET, random).seal(KEY, Buffer.from(VALUE));
    const other = make(Buffer.alloc(32, 1), random);
    expect(() => other.open(KEY, sealed)).toThrow(CipherError);
  });
});

it('aesgcm opens nothing that lies where it was not put', () => {
  const cipher = aesGcm(SECRET, random);
  const sealed = cipher.seal(KEY, Buffer.from(VALUE));
  expect(() => cipher.open(`${KEY}b`, sealed)).toThrow('cipher: message authentication failed');
});
