const WORDS = 16;
const BLOCK_BYTES = 64;
const ROUNDS = 20;

/** "expand 32-byte k". */
const CONSTANTS = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;

/** Places in the block, four by four, that each quarter of a double round works on: columns, then rows. */
const QUARTERS = Uint8Array.from(
  [
    [0, 4, 8, 12],
    [5, 9, 13, 1],
    [10, 14, 2, 6],
    [15, 3, 7, 11],
    [0, 1, 2, 3],
    [5, 6, 7, 4],
    [10, 11, 8, 9],
    [15, 12, 13, 14],
  ].flat(),
);

/** Salsa20 with a nonce of 24 bytes that may be chance; changes `bytes` in place, and back when done again. */
export function xsalsa20(key: Buffer, nonce: Buffer, bytes: Buffer): void {
  const derived = derivedKey(key, nonce.subarray(0, 16));
  const input = inputOf(derived, [nonce.readInt32LE(16), nonce.readInt32LE(20), 0, 0]);
  const block = new Int32Array(WORDS);
  const stream = Buffer.from(block.buffer);
  for (let at = 0, counter = 0; at < bytes.length; at += BLOCK_BYTES, counter++) {
    input[8] = counter;
    block.set(input);
    mix(block);
    for (let word = 0; word < WORDS; word++) block[word] = (block[word] ?? 0) + (input[word] ?? 0);
    if (!IS_LITTLE_ENDIAN) stream.swap32();
    const count = Math.min(BLOCK_BYTES, bytes.length - at);
    for (let index = 0; index < count; index++) bytes[at + index] = (bytes[at + index] ?? 0) ^ (stream[index] ?? 0);
  }
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** HSalsa20: of the mixed block, the words that nobody can undo without the key. */
function derivedKey(key: Buffer, nonce: Buffer): Int32Array {
  const words = [0, 4, 8, 12].map(at => nonce.readInt32LE(at));
  const block = inputOf(wordsOf(key), words);
  mix(block);
  return Int32Array.from([0, 5, 10, 15, 6, 7, 8, 9], place => block[place] ?? 0);
}

const wordsOf = (key: Buffer): Int32Array => Int32Array.from({ length: 8 }, (_, word) => key.readInt32LE(word * 4));

function inputOf(key: Int32Array, middle: readonly number[]): Int32Array {
  const [a, b, c, d] = CONSTANTS;
  return Int32Array.from([a, ...key.subarray(0, 4), b, ...middle, c, ...key.subarray(4), d]);
}

/** Bytes and words that are read here are there; a call for each to say so would cost more than all the rest. */
function mix(block: Int32Array): void {
  for (let round = 0; round < ROUNDS; round += 2) {
    for (let at = 0; at < QUARTERS.length; at += 4) {
      const a = QUARTERS[at] ?? 0;
      const b = QUARTERS[at + 1] ?? 0;
      const c = QUARTERS[at + 2] ?? 0;
      const d = QUARTERS[at + 3] ?? 0;
      turn(block, b, a, d, 7);
      turn(block, c, b, a, 9);
      turn(block, d, c, b, 13);
      turn(block, a, d, c, 18);
    }
  }
}

function turn(block: Int32Array, to: number, one: number, other: number, bits: number): void {
  const sum = ((block[one] ?? 0) + (block[other] ?? 0)) | 0;
  block[to] = (block[to] ?? 0) ^ ((sum << bits) | (sum >>> (32 - bits)));
}
