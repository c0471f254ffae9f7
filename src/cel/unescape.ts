const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
  '`': 96,
  '?': 63,
};

/** The text that a string literal says, or what is wrong with it. */
export function unescapeString(literal: string): string | { readonly problem: string } {
  const { body, isRaw } = bodyOf(literal);
  if (isRaw || !body.includes('\\')) return body;
  let read = '';
  for (const { code, plain } of escapes(body)) {
    if (plain !== undefined) read += plain;
    else if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return { problem: 'invalid unicode code point' };
    else read += String.fromCodePoint(code);
  }
  return read;
}

/** The bytes that a bytes literal says: escapes are bytes there, not characters. */
export function unescapeBytes(literal: string): Uint8Array | { readonly problem: string } {
  const { body, isRaw } = bodyOf(literal.slice(1));
  if (isRaw || !body.includes('\\')) return new Uint8Array(Buffer.from(body));
  const read: Buffer[] = [];
  for (const { code, plain, isUnicode } of escapes(body)) {
    if (isUnicode) return { problem: 'unable to unescape string' };
    read.push(plain === undefined ? Buffer.from([code]) : Buffer.from(plain));
  }
  return new Uint8Array(Buffer.concat(read));
}

function bodyOf(literal: string): { readonly body: string; readonly isRaw: boolean } {
  const isRaw = /^[rR]/.test(literal);
  const quoted = (isRaw ? literal.slice(1) : literal).replace(/\r\n?/g, '\n');
  const marks = quoted.length >= 6 && /^("""|''')/.test(quoted) ? 3 : 1;
  return { body: quoted.slice(marks, quoted.length - marks), isRaw };
}

interface Escape {
  readonly code: number;
  /** Text that is no escape. */
  readonly plain?: string;
  readonly isUnicode: boolean;
}

const PART = /[^\\]+|\\(?:[xX]([0-9a-fA-F]{2})|(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|([0-3][0-7]{2})|(.))/gsu;

function* escapes(body: string): Generator<Escape> {
  for (const [all, hex, unicode, octal, letter] of body.matchAll(PART)) {
    if (hex !== undefined) yield { code: Number.parseInt(hex, 16), isUnicode: false };
    else if (unicode !== undefined) yield { code: Number.parseInt(unicode.slice(1), 16), isUnicode: true };
    else if (octal !== undefined) yield { code: Number.parseInt(octal, 8), isUnicode: false };
    else if (letter !== undefined) yield { code: SIMPLE[letter] ?? 0, isUnicode: false };
    else yield { code: 0, plain: all, isUnicode: false };
  }
}
