import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WideInteger } from '../base/wide-integer.ts';
import { decodeMessage, openEnvelope } from './protobuf-decode.ts';
import { encodeMessage, sealEnvelope } from './protobuf-encode.ts';
import { ProtobufError } from './protobuf-wire.ts';
import * as s from './schema.ts';

const inner = s.object({ a: s.string().at(1), b: s.int32().at(2) });
const node = s.object({
  text: s.string().at(1),
  number: s.int64().at(2),
  flag: s.boolean().at(3),
  amount: s.quantity().at(4),
  when: s.time().at(5),
  precisely: s.microTime().at(6),
  port: s.intOrString().at(7),
  raw: s.bytes().at(8),
  any: s.json().at(9),
  list: s.list(inner).at(10),
  map: s.map(s.quantity()).at(11),
  extra: s.map(s.list(s.string()).wrapped()).at(12),
  ratio: s.double().at(13),
  codes: s.list(s.int32()).at(15),
  wait: s.duration().at(16),
  ...s.embedded(14, { source: inner.at(1), other: s.string().at(2) }),
}).node as s.ObjectNode;
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('decodeMessage', () => {
  it.each([
    ['0a 02 68 69', { text: 'hi' }],
    ['10 96 01', { number: 150 }],
    ['10 ff ff ff ff ff ff ff ff ff 01', { number: -1 }],
    ['10 81 80 80 80 80 80 80 10', { number: new WideInteger('9007199254740993') }],
    ['10 80 80 80 80 80 80 80 80 80 01', { number: new WideInteger('-9223372036854775808') }],
    ['78 ff ff ff ff 1f', { codes: [-1] }],
    ['18 01', { flag: true }],
    ['22 05 0a 03 31 30 6d', { amount: '10m' }],
    ['2a 06 08 80 e2 cf aa 06', { when: '2023-11-14T22:13:20Z' }],
    ['2a 00', { when: null }],
    ['2a 04 08 00 10 00', { when: '1970-01-01T00:00:00Z' }],
    ['32 09 08 80 e2 cf aa 06 10 e8 07', { precisely: '2023-11-14T22:13:20.000001Z' }],
    ['3a 04 08 00 10 50', { port: 80 }],
    ['3a 06 08 01 1a 02 35 25', { port: '5%' }],
    ['42 02 00 ff', { raw: 'AP8=' }],
    ['4a 09 0a 07 7b 22 61 22 3a 31 7d', { any: { a: 1 } }],
    ['52 03 0a 01 78 52 02 10 02', { list: [{ a: 'x' }, { b: 2 }] }],
    ['5a 08 0a 01 6b 12 03 0a 01 31', { map: { k: '1' } }],
    ['62 0b 0a 01 6b 12 06 0a 01 61 0a 01 62', { extra: { k: ['a', 'b'] } }],
    ['69 00 00 00 00 00 00 f8 3f', { ratio: 1.5 }],
    ['72 05 0a 03 0a 01 78', { source: { a: 'x' } }],
    ['7a 03 01 02 03', { codes: [1, 2, 3] }],
    ['78 01 78 02', { codes: [1, 2] }],
    ['82 01 06 08 80 de a0 cb 05', { wait: '1.5s' }],
    ['f8 07 01 0a 01 79', { text: 'y' }],
  ])('%s', (bytes, value) => {
    expect(decodeMessage(node, hex(bytes))).toEqual(value);
  });

  it.each(['9007199254740993', '-9007199254740993', '9223372036854775807'])('keeps %s to its last digit', digits => {
    const read = decodeMessage(node, encodeMessage(node, { number: new WideInteger(digits) }));
    expect(JSON.stringify(read)).toBe(`{"number":${digits}}`);
  });

  it.each([
    { wait: '1.5s' },
    { wait: '-250ms' },
    { when: '1970-01-01T00:00:00Z' },
    { when: '1601-01-01T00:00:00Z' },
    { precisely: '1969-12-31T23:59:58.000001Z' },
    { text: 'ü'.repeat(200), list: [{ a: 'x'.repeat(20_000), b: -1 }] },
    { any: [null, { b: 1, a: 'ü' }] },
  ])('reads %j as it was written', value => {
    expect(decodeMessage(node, encodeMessage(node, value))).toEqual(value);
  });

  it.each([
    ['0a 05 68', 'Truncated'],
    ['0a ff ff ff ff 0f', 'Truncated'],
    ['10 ff ff ff ff ff ff ff ff ff ff 01', 'VarintTooLong'],
    ['08 01', 'WireType'],
    ['0b', 'WireType'],
    ['02 00', 'WireType'],
    ['4a 03 0a 01 7b', 'BadJson'],
  ])('refuses %s as %s', (bytes, code) => {
    expect(() => decodeMessage(node, hex(bytes))).toThrow(expect.objectContaining({ code }));
  });

  it('keeps keys that are dangerous elsewhere', () => {
    const { map } = decodeMessage(node, encodeMessage(node, { map: JSON.parse('{"__proto__":"1"}') as object }));
    expect(Object.entries(map as object)).toEqual([['__proto__', '1']]);
  });

  it('never fails otherwise than with its own error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
        try {
          decodeMessage(node, Buffer.from(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(ProtobufError);
        }
      }),
    );
  });
});

it('says of a schema in the place of a boolean that it is allowed, as Go does', () => {
  const either = s.object({ more: s.oneOnTheWire([2, inner], [1, s.boolean()]).at(3) }).node as s.ObjectNode;
  expect(encodeMessage(either, { more: { a: 'x' } })).toEqual(hex('1a 07 08 01 12 03 0a 01 78'));
  expect(encodeMessage(either, { more: false })).toEqual(hex('1a 02 08 00'));
});

it('opens what it seals', () => {
  const body = sealEnvelope({ apiVersion: 'v1', kind: 'Pod', raw: Buffer.from([1, 2]) });
  expect(openEnvelope(body)).toEqual({ apiVersion: 'v1', kind: 'Pod', raw: Buffer.from([1, 2]) });
  expect(() => openEnvelope(Buffer.from('{}'))).toThrow('expected prefix');
});
