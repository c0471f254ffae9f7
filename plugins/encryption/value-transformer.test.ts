import { describe, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { ValueTransformer } from './value-transformer.ts';

const KEY = '/registry/secrets/default/a';
const VALUE = '{"kind":"Secret","data":{"a":"b"}}';
const { random } = hostWorld();
const key = (name: string, secret = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=') => ({ keys: [{ name, secret }] });
const aescbc = (name: string) => ({ aescbc: key(name) });
const identity = { identity: {} };
const by = (...providers: ConstructorParameters<typeof ValueTransformer>[0]): ValueTransformer =>
  new ValueTransformer(providers, random);
const open = (transformer: ValueTransformer, text: string) => {
  const { value, isStale } = transformer.open(KEY, Buffer.from(text));
  return [value.toString(), isStale];
};

/** Written by upstream's code (k8s.io/apiserver 0.36.3). */
it.each([
  [
    { aescbc: key('key1') },
    'azhzOmVuYzphZXNjYmM6djE6a2V5MTrk8wbY4NhALN4HXVkGgdlJzm1SdPfpLvowp+29Aqs6RynCvlDTEll+ll1rizwyV1y0nZD4OrXL+6LJ4bmKw3hT',
  ],
  [
    { aesgcm: key('key1', 'MDEyMzQ1Njc4OWFiY2RlZg==') },
    'azhzOmVuYzphZXNnY206djE6a2V5MTrRZFEYqJs6hzExmDP83C0b0rYtsApGLxBtI8XX/8z70j3G/yxkb7HRPENC7TyPla3HHzXlaGxirBG5pVqvdQ==',
  ],
  [
    { secretbox: key('key1') },
    'azhzOmVuYzpzZWNyZXRib3g6djE6a2V5MTqbC/OOKSTmAZW+jYSlrkho5WZXFRMYwf4FX8ozippGq6wuu8uWdcsKYX2aqnsIg3dKTAqQ/OobyGgWO0exO8PiEbQGzSlqSQ04Pw==',
  ],
])('opens by %j what upstream has sealed, and marks what it seals as that does', (provider, written) => {
  const transformer = by(provider);
  const upstream = Buffer.from(written, 'base64');
  const { value, isStale } = transformer.open(KEY, upstream);
  expect([value.toString(), isStale]).toEqual([VALUE, false]);
  const mark = `k8s:enc:${Object.keys(provider).join()}:v1:key1:`;
  const sealed = transformer.seal(KEY, Buffer.from(VALUE));
  expect([sealed, upstream].map(each => each.toString('latin1', 0, mark.length))).toEqual([mark, mark]);
  expect(sealed.length).toBe(upstream.length);
});

describe('of several providers', () => {
  const first = by(aescbc('1'));
  const sealed = (transformer: ValueTransformer): Buffer => transformer.seal(KEY, Buffer.from(VALUE));

  it('the first writes, and all read; what another has written is stale', () => {
    const both = by(aescbc('2'), aescbc('1'), identity);
    expect(both.open(KEY, sealed(first))).toEqual({ value: Buffer.from(VALUE), isStale: true });
    expect(both.open(KEY, sealed(both))).toEqual({ value: Buffer.from(VALUE), isStale: false });
    expect(open(both, VALUE)).toEqual([VALUE, true]);
  });

  it('one that seals nothing is passed over by what is sealed, and may write', () => {
    const plain = by(identity, aescbc('1'));
    expect(sealed(plain).toString()).toBe(VALUE);
    expect(plain.seals).toBe(false);
    expect(plain.open(KEY, sealed(first)).isStale).toBe(true);
    expect(open(plain, VALUE)).toEqual([VALUE, false]);
  });
});

/** In upstream's words, whose code was given the same. */
describe('what cannot be opened', () => {
  const cbc = by(aescbc('key1'));
  const gcm = by({ aesgcm: key('key1') });
  const box = by({ secretbox: key('key1') });
  const rotated = by(identity, aescbc('key2'), aescbc('key1'));
  const NO_PREFIX = 'no matching prefix found';
  const NO_KEY = 'no matching key was found for the provided AES transformer';
  const SHORT = 'the stored data was shorter than the required size';
  const BLOCK = '0123456789abcdef';
  it.each([
    [cbc, 'k8s:enc:aescbc:v1:other:xxxx', NO_KEY],
    [cbc, 'k8s:enc:aescbc:v1:key1:xxxx', SHORT],
    [cbc, `k8s:enc:aescbc:v1:key1:${BLOCK}xxxx`, 'the stored data is not a multiple of the block size'],
    [cbc, `k8s:enc:aescbc:v1:key1:${BLOCK}${BLOCK}`, 'invalid PKCS7 data (empty or not padded)'],
    [cbc, `k8s:enc:aesgcm:v1:key1:${BLOCK}`, NO_PREFIX],
    [cbc, '{}', NO_PREFIX],
    [gcm, 'k8s:enc:aesgcm:v1:key1:xxxx', SHORT],
    [gcm, `k8s:enc:aesgcm:v1:key1:${BLOCK}${BLOCK}`, 'cipher: message authentication failed'],
    [box, 'k8s:enc:secretbox:v1:key1:x', SHORT],
    [box, `k8s:enc:secretbox:v1:key1:${BLOCK}${BLOCK}${BLOCK}`, 'output array was not large enough for encryption'],
    [box, 'k8s:enc:secretbox:v1:other:x', 'no matching key was found for the provided Secretbox transformer'],
    [rotated, 'k8s:enc:aescbc:v1:other:xxxx', NO_KEY],
    [rotated, 'k8s:enc:aescbc:v1:key1:xxxx', `[${NO_KEY}, ${SHORT}]`],
    [rotated, 'k8s:enc:foo:v1:key1:xxxx', NO_PREFIX],
  ])('by what there is: %#', (transformer, written, message) => {
    expect(() => open(transformer, written)).toThrow(expect.objectContaining({ code: 'Unreadable', message }));
  });
});
