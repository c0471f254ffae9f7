import { expect, it } from 'vitest';
import { BusError, decodeMessage, encodeMessage, type BusMessage } from './bus-message.ts';

const MESSAGE: BusMessage = {
  type: 'return',
  serial: 7,
  replySerial: 3,
  destination: ':1.2',
  signature: 'sbituv',
  descriptors: 1,
  body: ['täxt', true, -5, 2n ** 40n, 9, { signature: 't', value: 30_000_000n }],
};

it('reads what it writes, once it is whole', () => {
  const bytes = encodeMessage(MESSAGE);
  const two = Buffer.concat([bytes, encodeMessage({ type: 'signal', serial: 8, body: [] })]);
  for (let length = 0; length < bytes.length; length++)
    expect(decodeMessage(bytes.subarray(0, length))).toBeUndefined();
  expect(decodeMessage(two)).toEqual({ message: MESSAGE, length: bytes.length });
  expect(decodeMessage(two.subarray(bytes.length))?.message).toMatchObject({ type: 'signal', serial: 8 });
});

it('leaves bodies alone that are of other types, and fields that it does not know', () => {
  const bytes = encodeMessage({ type: 'signal', serial: 1, member: 'M', signature: 's', body: ['x'] });
  const at = bytes.indexOf('M');
  bytes[at - 8] = 77;
  expect(decodeMessage(bytes)?.message).toEqual({ type: 'signal', serial: 1, signature: 's', body: ['x'] });
  const other = encodeMessage({ type: 'signal', serial: 1, signature: 's', body: ['x'] });
  other[other.lastIndexOf('s', other.length - 8)] = 0x61;
  expect(decodeMessage(other)?.message.body).toEqual([]);
});

it.each<[string, (bytes: Buffer) => void]>([
  ['of another machine', bytes => void (bytes[0] = 0x42)],
  ['of no known type', bytes => void (bytes[1] = 9)],
  ['of another version', bytes => void (bytes[3] = 2)],
  ['that is too long', bytes => void bytes.writeUInt32LE(0xffff_ffff, 4)],
  ['with too many fields', bytes => void bytes.writeUInt32LE(0x7fff_ffff, 12)],
  ['with a text beyond its end', bytes => void bytes.writeUInt32LE(0xffff, bytes.length - 8)],
])('refuses a message %s', (_, spoil) => {
  const bytes = encodeMessage({ type: 'signal', serial: 1, signature: 's', body: ['abc'] });
  spoil(bytes);
  expect(() => decodeMessage(bytes)).toThrow(BusError);
});
