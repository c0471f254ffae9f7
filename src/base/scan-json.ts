import { isAscii } from 'node:buffer';
import { CodedError } from './coded-error.ts';
import {
  ITEM_WEIGHT,
  LISTED_OBJECT_WEIGHT,
  MEMBER_WEIGHT,
  WIDE,
  WIDE_ITEM_WEIGHT,
  WIDE_MEMBER_WEIGHT,
} from './json-weight.ts';

/** What a JSON text holds that `JSON.parse` would pass over in silence. */
export interface JsonFindings {
  /** Paths of members named twice in one object, `spec.containers[0].name`; the last of them counts. */
  readonly duplicates: readonly string[];
  /** Whole numbers written as `1.0` or `1e3`, which fields of integers do not take. */
  readonly floats: readonly WrittenFloat[];
  /** An integer that a double cannot hold exactly. */
  readonly hasBigInteger: boolean;
  /** An escape that may be half a surrogate pair. */
  readonly hasSurrogateEscape: boolean;
  /** Of all values together; see `json-weight.ts`. */
  readonly weight: number;
}

export interface WrittenFloat {
  readonly path: readonly string[];
  readonly literal: string;
}

/** Thrown for a text nested deeper or holding more than allowed, or with a number beyond what a double can hold. */
export class JsonLimitError extends CodedError<'TooDeep' | 'TooMany' | 'NumberTooLarge'> {}

/** Duplicates told of one text. */
const MAX_DUPLICATES = 20;
/** Floats looked at in one text. */
const MAX_FLOATS = 100;
/** Integers of fewer digits are always exact. */
const EXACT_DIGITS = 15;
export interface JsonLimits {
  readonly depth: number;
  /** Of all values together; see `json-weight.ts`. */
  readonly weight: number;
}

/**
 * Below upstream's 10,000: walkers over what was read are recursive, and `JSON.stringify` gives up between
 * three and five thousand.
 */
export const MAX_JSON_DEPTH = 1000;

/**
 * One pass over the bytes of a text without building anything, so that a hostile text is refused before it costs
 * memory or stack. Texts that are no JSON are passed: `JSON.parse` says what is wrong with them.
 */
export function scanJson(bytes: Buffer, limits: JsonLimits): JsonFindings {
  const scan = new JsonScan(bytes, limits);
  scan.read(bytes.length);
  return scan;
}

/**
 * `scanJson` piece by piece: `read` until it is at the end. Only a piece at a time becomes a string: one of megabytes
 * stays until the collector has gone through all of the heap, and a few of them make it do so.
 */
export class JsonScan implements JsonFindings {
  readonly duplicates: string[] = [];
  readonly floats: WrittenFloat[] = [];
  hasBigInteger = false;
  hasSurrogateEscape = false;
  weight = 0;
  readonly #bytes: Buffer;
  readonly #isAscii: boolean;
  readonly #limits: JsonLimits;
  readonly #open: Container[] = [];
  /** Used again: a hostile text has millions. */
  readonly #closed: Container[] = [];
  #at = 0;
  /** The last piece ended within a string that is no key. */
  #isInString = false;

  constructor(bytes: Buffer, limits: JsonLimits) {
    this.#bytes = bytes;
    this.#isAscii = isAscii(bytes);
    this.#limits = limits;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** About so many bytes more. Throws `JsonLimitError`. */
  read(count: number): void {
    const from = this.#at;
    for (let length = count; this.#at === from && !this.isAtEnd; length *= 2) {
      const end = Math.min(this.#bytes.length, from + length);
      // A character a byte: what is no ASCII matters in keys only, and stands in strings only.
      this.#at += this.#scan(this.#bytes.toString('latin1', from, end), end === this.#bytes.length);
    }
  }

  /** How much of a piece was read: all but a key or number that goes on in the next one. */
  #scan(text: string, isLast: boolean): number {
    const open = this.#open;
    let top = open.at(-1);
    let at = this.#isInString ? this.#passString(text, 0, isLast) : 0;
    for (; at < text.length && !this.#isInString; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE && top?.keys !== undefined && top.expectsKey) {
        const end = endOfString(text, at + 1);
        if (end === text.length && !isLast) return at;
        this.#addKey(top, top.keys, text.slice(at + 1, end));
        at = end;
      } else if (code === QUOTE) {
        at = this.#passString(text, at + 1, isLast) - 1;
      } else if (code === OPEN_OBJECT || code === OPEN_LIST) {
        this.#begin(top, code === OPEN_OBJECT);
        top = open.at(-1);
      } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
        this.#end();
        top = open.at(-1);
      } else if (code === COMMA && top !== undefined) {
        top.expectsKey = true;
        top.index += 1;
        this.#weigh(weightOf(top));
      } else if (code === MINUS || (code >= DIGIT_0 && code <= DIGIT_9)) {
        const end = endOfNumber(text, at);
        if (end === text.length && !isLast) return at;
        this.#addNumber(text.slice(at, end));
        at = end - 1;
      }
    }
    return at;
  }

  #weigh(more: number): void {
    this.weight += more;
    if (this.weight > this.#limits.weight) throw new JsonLimitError('TooMany', 'it holds too many values');
  }

  #begin(top: Container | undefined, isObject: boolean): void {
    const { depth } = this.#limits;
    if (this.#open.length >= depth) throw new JsonLimitError('TooDeep', `exceeded max depth of ${depth}`);
    // It is no plain item, as which it was weighed.
    if (isObject && top?.keys === undefined) this.#weigh(LISTED_OBJECT_WEIGHT + ITEM_WEIGHT - weightOf(top));
    const next = this.#closed.pop() ?? { keys: undefined, expectsKey: false, key: '', index: 0 };
    next.keys = isObject ? new Set() : undefined;
    next.expectsKey = isObject;
    next.index = 0;
    this.#open.push(next);
  }

  #end(): void {
    const last = this.#open.pop();
    if (last === undefined) return;
    last.keys = undefined;
    this.#closed.push(last);
  }

  /** Behind its end, or that of the piece; what follows `from` is within it. */
  #passString(text: string, from: number, isLast: boolean): number {
    const end = endOfString(text, from);
    this.#noteEscapes(text.slice(from, end));
    this.#isInString = end === text.length && !isLast;
    return this.#isInString ? endOfEscapes(text, from) : end + 1;
  }

  #addKey(top: Container, keys: Set<string>, raw: string): void {
    this.#noteEscapes(raw);
    top.key = unescaped(this.#isAscii ? raw : decoded(raw));
    top.expectsKey = false;
    if (keys.has(top.key) && this.duplicates.length < MAX_DUPLICATES) this.duplicates.push(pathOf(this.#open));
    keys.add(top.key);
  }

  #noteEscapes(raw: string): void {
    this.hasSurrogateEscape ||= raw.includes('\\u') && /\\u[dD][89a-fA-F]/.test(raw);
  }

  #addNumber(literal: string): void {
    this.hasBigInteger ||= isBigInteger(literal);
    if (this.floats.length < MAX_FLOATS && isWholeFloat(literal)) {
      this.floats.push({ path: this.#open.map(segment), literal });
    }
  }
}

interface Container {
  /** Absent for a list. */
  keys: Set<string> | undefined;
  expectsKey: boolean;
  key: string;
  index: number;
}

/** Of its member or item that is read now. */
function weightOf(top: Container | undefined): number {
  const isWide = top !== undefined && top.index >= WIDE;
  if (top?.keys === undefined) return isWide ? WIDE_ITEM_WEIGHT : ITEM_WEIGHT;
  return isWide ? WIDE_MEMBER_WEIGHT : MEMBER_WEIGHT;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

/** Where the string closes whose contents begin at `from`; the end of the text if it does not. */
function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

/** The end of the text, or where an escape begins that it cuts through. */
function endOfEscapes(text: string, from: number): number {
  const last = text.lastIndexOf('\\');
  const isCut = last === text.length - 1 || (text[last + 1] === 'u' && last + ESCAPE_CHARS > text.length);
  return last >= from && isCut && !isEscaped(text, last) ? last : text.length;
}

/** Of `\uD800`. */
const ESCAPE_CHARS = 6;

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (isOfNumber(text.charCodeAt(end))) end += 1;
  return end;
}

const isOfNumber = (code: number): boolean =>
  (code >= DIGIT_0 && code <= DIGIT_9) ||
  code === 0x2e ||
  code === 0x65 ||
  code === 0x45 ||
  code === 0x2b ||
  code === MINUS;

function isBigInteger(literal: string): boolean {
  if (!Number.isFinite(Number(literal)) && !Number.isNaN(Number(literal))) {
    throw new JsonLimitError('NumberTooLarge', `number ${literal.slice(0, 40)} is out of range`);
  }
  return literal.length > EXACT_DIGITS && /^-?\d+$/.test(literal) && !Number.isSafeInteger(Number(literal));
}

/** Longer ones are cut: they are no integers whatever else they hold. */
const isWholeFloat = (literal: string): boolean =>
  literal.length < 400 && /[.eE]/.test(literal) && Number.isInteger(Number(literal));

const segment = ({ keys, key, index }: Container): string => (keys === undefined ? String(index) : key);

/** What was read a character a byte. */
const decoded = (raw: string): string => (/[\u0080-\u00ff]/.test(raw) ? Buffer.from(raw, 'latin1').toString() : raw);

function unescaped(raw: string): string {
  if (!raw.includes('\\')) return raw;
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch (error) {
    if (error instanceof SyntaxError) return raw;
    throw error;
  }
}

const pathOf = (open: readonly Container[]): string =>
  open
    .map(({ keys, key, index }) => (keys === undefined ? `[${index}]` : `.${key}`))
    .join('')
    .replace(/^\./, '');
