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

/** Grows one message; parts are joined once. */
export class WireWriter {
  readonly #parts: Buffer[] = [];

  varint(field: number, value: number | bigint): void {
    this.#parts.push(tagOf(field, VARINT), varintBytes(BigInt.asUintN(64, BigInt(value))));
  }

  double(field: number, value: number): void {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    this.#parts.push(tagOf(field, FIXED64), bytes);
  }

  bytes(field: number, value: Buffer): void {
    this.#parts.push(tagOf(field, BYTES), varintBytes(BigInt(value.length)), value);
  }

  text(field: number, value: string): void {
    this.bytes(field, Buffer.from(value, 'utf8'));
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

const tagOf = (field: number, wire: number): Buffer => varintBytes(BigInt(field * 8 + wire));

function varintBytes(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
