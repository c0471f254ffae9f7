/** One element of DER (X.690): its tag byte, what it holds, and all of it. */
export interface DerElement {
  readonly tag: number;
  readonly content: Buffer;
  readonly raw: Buffer;
}

/** Bytes that are no DER, or none of the shape that was expected. */
export class DerError extends Error {
  readonly code = 'MalformedDer';
}

export const DER = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The one element that `bytes` are. Throws `DerError`. */
export function derElement(bytes: Buffer, tag: number): DerElement {
  const [element, ...more] = derElements(bytes);
  if (element === undefined || more.length > 0 || element.tag !== tag) throw new DerError('unexpected element');
  return element;
}

/** What a constructed element holds, one after the other. Throws `DerError`. */
export function derElements(bytes: Buffer): readonly DerElement[] {
  const found: DerElement[] = [];
  for (let at = 0; at < bytes.length; ) {
    const element = elementAt(bytes, at);
    found.push(element);
    at += element.raw.length;
  }
  return found;
}

/** The elements of a SEQUENCE. Throws `DerError`. */
export function derSequence({ tag, content }: DerElement): readonly DerElement[] {
  if (tag !== DER.sequence) throw new DerError('a sequence was expected');
  return derElements(content);
}

function elementAt(bytes: Buffer, start: number): DerElement {
  const tag = bytes[start] ?? 0;
  const first = bytes[start + 1];
  if (first === undefined || (tag & 0x1f) === 0x1f) throw new DerError('truncated, or a tag of several bytes');
  let at = start + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4 || at + count > bytes.length) throw new DerError('a length that is none');
    length = bytes.readUIntBE(at, count);
    at += count;
    if (length < 0x80 || (count > 1 && length < 256 ** (count - 1))) throw new DerError('a length too long');
  }
  if (at + length > bytes.length) throw new DerError('truncated');
  return { tag, content: bytes.subarray(at, at + length), raw: bytes.subarray(start, at + length) };
}

/** `1.2.840...` of an OBJECT IDENTIFIER. Throws `DerError`. */
export function derObjectIdentifier({ tag, content }: DerElement): string {
  if (tag !== DER.objectIdentifier || content.length === 0) throw new DerError('an object identifier was expected');
  const arcs: number[] = [];
  let value = 0;
  for (const [index, byte] of content.entries()) {
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER) throw new DerError('an object identifier too large');
    if ((byte & 0x80) !== 0) {
      if (index === content.length - 1) throw new DerError('a truncated object identifier');
      continue;
    }
    arcs.push(value);
    value = 0;
  }
  const [first = 0, ...rest] = arcs;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - 40 * root, ...rest].join('.');
}

/** The bytes of a BIT STRING of whole bytes. Throws `DerError`. */
export function derBits({ tag, content }: DerElement): Buffer {
  if (tag !== DER.bitString || content[0] !== 0) throw new DerError('a bit string of whole bytes was expected');
  return content.subarray(1);
}
