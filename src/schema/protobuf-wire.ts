import { CodedError } from '../base/coded-error.ts';

/** The wire format of protocol buffers: https://protobuf.dev/programming-guides/encoding/ */
export class ProtobufError extends CodedError<
  'Truncated' | 'VarintTooLong' | 'WireType' | 'TooDeep' | 'TooMany' | 'NotKubernetes' | 'BadJson'
> {
  constructor(code: ProtobufError['code'], detail: string) {
    super(code, code === 'NotKubernetes' ? detail : `proto: ${detail}`);
  }
}

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

/** Fields of one body, those that are skipped included; as many values as a body of JSON may hold. */
const MAX_WEIGHT = 400_000;

/** A cursor over one message; a message within shares the bytes. */
export class WireReader {
  readonly #bytes: Buffer;
  #position: number;
  readonly #end: number;
  readonly #budget: { left: number };

  constructor(bytes: Buffer, start = 0, end = bytes.length, budget = { left: MAX_WEIGHT }) {
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
    this.#budget = budget;
  }

  /** Counts what is read against what one body may hold, messages within it together. */
  weigh(weight: number): void {
    this.#budget.left -= weight;
    if (this.#budget.left < 0) throw new ProtobufError('TooMany', 'it holds too many values');
  }

  get done(): boolean {
    return this.#position >= this.#end;
  }

  /** Field number and wire type. */
  tag(): { readonly field: number; readonly wire: number } {
    this.weigh(1);
    const tag = this.#small() ?? Number(this.varint());
    const field = Math.floor(tag / 8);
    if (field < 1 || field > 536_870_911) throw new ProtobufError('WireType', `illegal tag ${tag}`);
    return { field, wire: tag % 8 };
  }

  /** An unsigned 64-bit number. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.#position >= this.#end) throw truncated();
      const byte = this.#bytes.readUInt8(this.#position);
      this.#position += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtobufError('VarintTooLong', 'integer overflow');
  }

  signed(): number {
    return Number(BigInt.asIntN(64, this.varint()));
  }

  double(): number {
    const at = this.#take(8);
    return this.#bytes.readDoubleLE(at);
  }

  bytes(): Buffer {
    const length = this.#length();
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  text(): string {
    return this.bytes().toString('utf8');
  }

  message(): WireReader {
    const length = this.#length();
    const at = this.#take(length);
    return new WireReader(this.#bytes, at, at + length, this.#budget);
  }

  /** Passes over a field that the schema does not know. */
  skip(wire: number): void {
    if (wire === VARINT) this.varint();
    else if (wire === FIXED64) this.#take(8);
    else if (wire === BYTES) this.#take(this.#length());
    else if (wire === FIXED32) this.#take(4);
    else throw new ProtobufError('WireType', `illegal wireType ${wire}`);
  }

  #length(): number {
    return this.#small() ?? Number(this.varint());
  }

  /** A number of one or two bytes, as most are; `undefined`, and nothing read, for others. */
  #small(): number | undefined {
    if (this.#position + 1 >= this.#end) return undefined;
    const low = this.#bytes[this.#position] ?? 0;
    const high = this.#bytes[this.#position + 1] ?? 0;
    if (low >= 0x80 && high >= 0x80) return undefined;
    this.#position += low < 0x80 ? 1 : 2;
    return low < 0x80 ? low : (low & 0x7f) | (high << 7);
  }

  #take(length: number): number {
    const at = this.#position;
    if (length > this.#end - at) throw truncated();
    this.#position = at + length;
    return at;
  }
}

const truncated = (): ProtobufError => new ProtobufError('Truncated', 'unexpected EOF');

const FIRST_BYTES = 256;
const GROWTH = 2;
/** Of one writer that is used again. */
const KEPT_BYTES = 64 * 1024;
const MAX_CHAR_BYTES = 3;
/** The length of these takes one byte, whatever they consist of. */
const SHORT_CHARS = 42;

/** Grows one message, those within it included, in one piece of memory. */
export class WireWriter {
  #bytes: Buffer = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  varint(field: number, value: number | bigint): void {
    this.#tag(field, VARINT);
    this.#number(value);
  }

  double(field: number, value: number): void {
    this.#tag(field, FIXED64);
    this.#reserve(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  bytes(field: number, value: Buffer): void {
    this.head(field, value.length);
    this.#reserve(value.length);
    this.#length += value.copy(this.#bytes, this.#length);
  }

  text(field: number, value: string): void {
    if (value.length <= SHORT_CHARS) return this.#shortText(field, value);
    const length = Buffer.byteLength(value);
    this.head(field, length);
    this.#reserve(length);
    this.#length += this.#bytes.write(value, this.#length);
  }

  /** What comes before `length` bytes that somebody else sends. */
  head(field: number, length: number): void {
    this.#tag(field, BYTES);
    this.#number(length);
  }

  /** A message within this one: all that `fill` writes. */
  message(field: number, fill: () => void): void {
    const at = this.begin(field);
    fill();
    this.end(at);
  }

  /** Begins a message within this one, which goes on until `end` is told where it began. */
  begin(field: number): number {
    this.#tag(field, BYTES);
    this.#reserve(1);
    this.#length += 1;
    return this.#length;
  }

  /** How many bytes the message has. */
  end(at: number): number {
    const length = this.#length - at;
    if (length > 0x7f) {
      const further = varintBytes(length) - 1;
      this.#reserve(further);
      this.#bytes.copyWithin(at + further, at, this.#length);
    }
    this.#length = at - 1;
    this.#number(length);
    this.#length += length;
    return length;
  }

  finish(): Buffer {
    return Buffer.from(this.#bytes.subarray(0, this.#length));
  }

  /** For another message, in the same memory unless that has become large. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafe(FIRST_BYTES);
  }

  /** Most texts are ASCII, and so short that asking for their length takes longer than writing them. */
  #shortText(field: number, value: string): void {
    this.#tag(field, BYTES);
    const { length } = value;
    this.#reserve(1 + length * MAX_CHAR_BYTES);
    const at = this.#length + 1;
    const bytes = this.#bytes;
    let written = 0;
    for (; written < length; written++) {
      const code = value.charCodeAt(written);
      if (code > 0x7f) break;
      bytes[at + written] = code;
    }
    if (written < length) written = bytes.write(value, at);
    bytes[at - 1] = written;
    this.#length = at + written;
  }

  #tag(field: number, wire: number): void {
    this.#number(field * 8 + wire);
  }

  #number(value: number | bigint): void {
    this.#reserve(MAX_VARINT_BYTES);
    if (typeof value === 'number' && value >= 0 && value < 2 ** 31) return this.#small(value);
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 0x7fn) {
      this.#byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.#byte(Number(rest));
  }

  #small(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.#byte(rest);
  }

  #byte(value: number): void {
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, GROWTH * this.#bytes.length));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

const MAX_VARINT_BYTES = 10;

/** How many a length takes. */
function varintBytes(value: number): number {
  let count = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) count += 1;
  return count;
}
