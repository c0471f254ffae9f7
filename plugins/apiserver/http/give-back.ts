/**
 * Gives back the memory of a chunk that nobody uses any more, unless others share it: it lies outside the collector's
 * heap, which learns late of so much and then stops everything to look for it.
 */
export function giveBack({ buffer, length }: Buffer): void {
  if (buffer instanceof ArrayBuffer && length >= WORTH_BYTES && buffer.byteLength === length) buffer.transfer(0);
}

const WORTH_BYTES = 4096;
