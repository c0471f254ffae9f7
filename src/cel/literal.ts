import { CelUint, type CelValue } from './cel-value.ts';
import type { Token } from './lexer.ts';
import { unescapeBytes, unescapeString } from './unescape.ts';

const MIN_INT = -(2n ** 63n);
export const MAX_INT = 2n ** 63n - 1n;
export const MAX_UINT = 2n ** 64n - 1n;

export const isInt = (value: bigint): boolean => value >= MIN_INT && value <= MAX_INT;

/** What a token says on its own; undefined for one that says nothing. */
export function readLiteral(
  { kind, text }: Token,
  sign: string,
): { readonly value: CelValue } | { readonly problem: string } | undefined {
  switch (kind) {
    case 'int':
      return readInt(text, sign);
    case 'uint':
      return readUint(text.slice(0, -1));
    case 'float':
      return readDouble(`${sign}${text}`);
    case 'string':
      return told(unescapeString(text));
    case 'bytes':
      return told(unescapeBytes(text));
    case 'symbol':
      return WORDS.has(text) ? { value: WORDS.get(text) ?? null } : undefined;
    default:
      return undefined;
  }
}

const WORDS: ReadonlyMap<string, CelValue> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

const told = (
  read: string | Uint8Array | { readonly problem: string },
): { readonly value: CelValue } | { readonly problem: string } =>
  typeof read === 'object' && 'problem' in read ? read : { value: read };

const MAX_DIGITS = 32;

function readInt(text: string, sign: string): { readonly value: CelValue } | { readonly problem: string } {
  const value = readWhole(text);
  const signed = value === undefined ? undefined : sign === '-' ? -value : value;
  return signed !== undefined && isInt(signed) ? { value: signed } : { problem: 'invalid int literal' };
}

function readUint(text: string): { readonly value: CelValue } | { readonly problem: string } {
  const value = readWhole(text);
  return value !== undefined && value <= MAX_UINT ? { value: new CelUint(value) } : { problem: 'invalid uint literal' };
}

function readWhole(text: string): bigint | undefined {
  const digits = text.replace(/^(0x)?0*(?=.)/, '$1');
  return digits.length > MAX_DIGITS ? undefined : BigInt(digits);
}

function readDouble(text: string): { readonly value: CelValue } | { readonly problem: string } {
  const value = Number(text);
  return Number.isFinite(value) ? { value } : { problem: 'invalid double literal' };
}
