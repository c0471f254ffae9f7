/** Little-endian fields in a growing buffer, each padded to 4 bytes. */
export class ByteWriter {
  #bytes = Buffer.alloc(1024);
  #length = 0;

  u32(value: number): this {
    this.#room(4);
    this.#length = this.#bytes.writeUInt32LE(value >>> 0, this.#length);
    return this;
  }

  u64(value: bigint): this {
    this.#room(8);
    this.#length = this.#bytes.writeBigUInt64LE(value, this.#length);
    return this;
  }

  /** u32 length with the terminating NUL, bytes, NUL. A NUL inside throws: no system call could take it. */
  string(text: string): this {
    if (text.includes('\0')) throw new RangeError(`${JSON.stringify(text)} has a NUL in it`);
    const length = Buffer.byteLength(text) + 1;
    this.u32(length);
    this.#room(length + 4);
    this.#bytes.write(text, this.#length);
    this.#bytes.fill(0, this.#length + length - 1, this.#length + length + 4);
    this.#length += (length + 3) & ~3;
    return this;
  }

  raw(bytes: Uint8Array): this {
    const padded = (bytes.length + 3) & ~3;
    this.#room(padded);
    this.#bytes.set(bytes, this.#length);
    this.#bytes.fill(0, this.#length + bytes.length, this.#length + padded);
    this.#length += padded;
    return this;
  }

  /** u32 length, then as many bytes as `fill` writes here. */
  sized(fill: (writer: ByteWriter) => void): this {
    const at = this.#length;
    this.u32(0);
    const begin = this.#length;
    fill(this);
    this.#bytes.writeUInt32LE(this.#length - begin, at);
    return this;
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #room(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.alloc(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown);
    this.#bytes = grown;
  }
}
