import { CodedError } from '../../../src/base/coded-error.ts';

/** A message that no bus would pass on, or one of a form that is not read here. */
export class BusError extends CodedError<'Malformed' | 'Refused' | 'Lost' | 'DeadlineExceeded'> {}

export type BusValue = string | number | bigint | boolean | BusVariant;
export interface BusVariant {
  readonly signature: string;
  readonly value: string | number | bigint | boolean;
}

export type MessageType = 'call' | 'return' | 'error' | 'signal';

/** A message of D-Bus: who says what to whom, and what comes with it. */
export interface BusMessage {
  readonly type: MessageType;
  readonly serial: number;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly errorName?: string;
  readonly replySerial?: number;
  readonly destination?: string;
  readonly sender?: string;
  /** Of the body: basic types and variants of such. Other bodies are not read: they are empty here. */
  readonly signature?: string;
  /** How many come with it; the body names them by their number. */
  readonly descriptors?: number;
  readonly body: readonly BusValue[];
}

const TYPES: readonly MessageType[] = ['call', 'return', 'error', 'signal'];
const LITTLE_ENDIAN = 0x6c;
const VERSION = 1;
const HEAD_BYTES = 16;
/** Far beyond what a logind says. */
const MAX_FIELDS_BYTES = 64 * 1024;
const MAX_BODY_BYTES = 1024 * 1024;

/** Header fields by their codes, with the types that they must have. */
const FIELDS = [
  ['path', 1, 'o'],
  ['interface', 2, 's'],
  ['member', 3, 's'],
  ['errorName', 4, 's'],
  ['replySerial', 5, 'u'],
  ['destination', 6, 's'],
  ['sender', 7, 's'],
  ['signature', 8, 'g'],
  ['descriptors', 9, 'u'],
] as const;

export function encodeMessage(message: BusMessage): Buffer {
  const body = new Writer();
  for (const [index, value] of message.body.entries()) body.value(message.signature?.[index] ?? '', value);
  const fields = new Writer();
  for (const [name, code, type] of FIELDS) {
    const value = message[name];
    if (value === undefined) continue;
    fields.align(8);
    fields.byte(code);
    fields.value('g', type);
    fields.value(type, value);
  }
  const head = new Writer();
  for (const byte of [LITTLE_ENDIAN, TYPES.indexOf(message.type) + 1, 0, VERSION]) head.byte(byte);
  head.value('u', body.length);
  head.value('u', message.serial);
  head.value('u', fields.length);
  fields.align(8);
  return Buffer.concat([head.bytes(), fields.bytes(), body.bytes()]);
}

/** The first message of what was received so far, and how long it is; `undefined` until it is whole. */
export function decodeMessage(bytes: Buffer): { readonly message: BusMessage; readonly length: number } | undefined {
  if (bytes.length < HEAD_BYTES) return undefined;
  const [endianness, type = 0, , version] = bytes;
  const kind = TYPES[type - 1];
  const [bodyBytes, serial, fieldsBytes] = [4, 8, 12].map(at => bytes.readUInt32LE(at));
  if (
    endianness !== LITTLE_ENDIAN ||
    version !== VERSION ||
    kind === undefined ||
    bodyBytes === undefined ||
    serial === undefined ||
    fieldsBytes === undefined ||
    fieldsBytes > MAX_FIELDS_BYTES ||
    bodyBytes > MAX_BODY_BYTES
  )
    throw new BusError('Malformed', 'a message of the bus cannot be read');
  const bodyAt = HEAD_BYTES + Math.ceil(fieldsBytes / 8) * 8;
  const length = bodyAt + bodyBytes;
  if (bytes.length < length) return undefined;
  const fields = readFields(bytes.subarray(HEAD_BYTES, HEAD_BYTES + fieldsBytes));
  const body = readBody(bytes.subarray(bodyAt, length), fields.signature ?? '');
  return { message: { type: kind, serial, ...fields, body }, length };
}

type Fields = Partial<Pick<BusMessage, (typeof FIELDS)[number][0]>>;

function readFields(bytes: Buffer): Fields {
  const reader = new Reader(bytes);
  const fields: Record<string, unknown> = {};
  while (!reader.isDone) {
    reader.align(8);
    const code = reader.value('y');
    const type = reader.value('g');
    const value = reader.value(String(type));
    const known = FIELDS.find(([, each]) => each === code);
    if (known === undefined) continue;
    if (known[2] !== type) throw new BusError('Malformed', `header field ${known[0]} is of type ${String(type)}`);
    fields[known[0]] = value;
  }
  // Each is of the type that was asked for.
  return fields;
}

function readBody(bytes: Buffer, signature: string): readonly BusValue[] {
  if (!/^[ybnqiuxtdsoghv]*$/.test(signature)) return [];
  const reader = new Reader(bytes);
  return signature.split('').map(type => (type === 'v' ? reader.variant() : reader.value(type)));
}

/** Sizes of types whose values are numbers; they are aligned to them. */
const SIZES: Readonly<Record<string, number>> = { y: 1, n: 2, q: 2, b: 4, i: 4, u: 4, h: 4, x: 8, t: 8, d: 8 };

class Writer {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  bytes(): Buffer {
    return Buffer.from(this.#bytes);
  }

  byte(value: number): void {
    this.#bytes.push(value);
  }

  align(to: number): void {
    while (this.#bytes.length % to !== 0) this.#bytes.push(0);
  }

  value(type: string, value: BusValue): void {
    if (typeof value === 'object') {
      this.value('g', value.signature);
      this.value(value.signature, value.value);
      return;
    }
    if (typeof value === 'string') {
      const text = Buffer.from(value);
      if (type === 'g') this.byte(text.length);
      else this.value('u', text.length);
      this.#bytes.push(...text, 0);
      return;
    }
    const size = SIZES[type];
    if (size === undefined || type === 'd') throw new BusError('Malformed', `cannot write a value of type ${type}`);
    this.align(size);
    const bits = BigInt.asUintN(size * 8, BigInt(value));
    for (let at = 0; at < size; at++) this.byte(Number((bits >> BigInt(at * 8)) & 0xffn));
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isDone(): boolean {
    return this.#at >= this.#bytes.length;
  }

  align(to: number): void {
    this.#at = Math.ceil(this.#at / to) * to;
  }

  variant(): BusVariant {
    const signature = String(this.value('g'));
    return { signature, value: this.value(signature) };
  }

  value(type: string): string | number | bigint | boolean {
    if (type === 's' || type === 'o' || type === 'g') {
      const length = Number(this.value(type === 'g' ? 'y' : 'u'));
      const text = this.#take(length + 1);
      return text.toString('utf8', 0, length);
    }
    const size = SIZES[type];
    if (size === undefined) throw new BusError('Malformed', `a value of type ${JSON.stringify(type)} cannot be read`);
    this.align(size);
    const bytes = this.#take(size);
    if (type === 'd') return bytes.readDoubleLE();
    if (type === 't') return bytes.readBigUInt64LE();
    if (type === 'x') return bytes.readBigInt64LE();
    const isSigned = type === 'n' || type === 'i';
    const number = isSigned ? bytes.readIntLE(0, size) : bytes.readUIntLE(0, size);
    return type === 'b' ? number === 1 : number;
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new BusError('Malformed', 'a message of the bus ends too early');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
