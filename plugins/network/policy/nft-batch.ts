/** What of linux/netfilter/nf_tables.h and nfnetlink.h is used here. */
const BATCH_BEGIN = 0x10;
const BATCH_END = 0x11;
const NFNL_SUBSYS_NFTABLES = 10;
const NFPROTO = { 4: 2, 6: 10 } as const;
const NLM_F_REQUEST = 1;
const NLM_F_ACK = 4;
const NLA_F_NESTED = 0x80_00;
const HEADER_BYTES = 20;

export const NLM_F_CREATE = 0x4_00;
export const NLM_F_APPEND = 0x8_00;

/** Messages of one nf_tables transaction about tables of one family, as netlink(7) lays them out on a little-endian machine. */
export class NftBatch {
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;
  #messages = 0;
  #last = 0;

  readonly #family: 4 | 6;

  constructor(family: 4 | 6) {
    this.#family = family;
    this.#header(BATCH_BEGIN, NLM_F_REQUEST, 0, NFNL_SUBSYS_NFTABLES);
  }

  message(type: number, flags: number, attributes: (message: NftMessage) => void): void {
    const at = this.#length;
    this.#header((NFNL_SUBSYS_NFTABLES << 8) | type, NLM_F_REQUEST | flags, NFPROTO[this.#family], 0);
    attributes(new NftMessage(this));
    this.#view.setUint32(at, this.#length - at, true);
    this.#last = at;
  }

  /** The transaction, whose last message asks for acknowledgement. */
  finish(): Uint8Array {
    this.#view.setUint16(this.#last + 6, this.#view.getUint16(this.#last + 6, true) | NLM_F_ACK, true);
    this.#header(BATCH_END, NLM_F_REQUEST, 0, NFNL_SUBSYS_NFTABLES);
    return this.#bytes.subarray(0, this.#length);
  }

  /** Of an attribute that holds others; answers where to `close` it. */
  open(type: number): number {
    const at = this.#length;
    this.#attributeHeader(type | NLA_F_NESTED, 4);
    return at;
  }

  close(at: number): void {
    this.#view.setUint16(at, this.#length - at, true);
  }

  attribute(type: number, value: Uint8Array): void {
    this.#attributeHeader(type, 4 + value.length);
    this.#room(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += (value.length + 3) & ~3;
  }

  #attributeHeader(type: number, length: number): void {
    this.#room(4);
    this.#view.setUint16(this.#length, length, true);
    this.#view.setUint16(this.#length + 2, type, true);
    this.#length += 4;
  }

  #header(type: number, flags: number, family: number, resource: number): void {
    this.#room(HEADER_BYTES);
    const at = this.#length;
    this.#view.setUint32(at, HEADER_BYTES, true);
    this.#view.setUint16(at + 4, type, true);
    this.#view.setUint16(at + 6, flags, true);
    this.#view.setUint32(at + 8, this.#messages++, true);
    this.#bytes[at + 16] = family;
    this.#view.setUint16(at + 18, resource, false);
    this.#length += HEADER_BYTES;
  }

  #room(more: number): void {
    const wanted = this.#length + more + 4;
    if (wanted <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(wanted, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Attributes of one message; numbers are in network byte order, as nf_tables has them. */
export class NftMessage {
  readonly #batch: NftBatch;

  constructor(batch: NftBatch) {
    this.#batch = batch;
  }

  bytes(type: number, value: Uint8Array): this {
    this.#batch.attribute(type, value);
    return this;
  }

  text(type: number, text: string): this {
    return this.bytes(type, new TextEncoder().encode(`${text}\0`));
  }

  u32(type: number, value: number): this {
    return this.bytes(type, u32(value));
  }

  nest(type: number, attributes: () => void): this {
    const at = this.#batch.open(type);
    attributes();
    this.#batch.close(at);
    return this;
  }
}

export const u32 = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value >>> 0, false);
  return bytes;
};

export const u16 = (value: number): Uint8Array => Uint8Array.of(value >>> 8, value & 255);
