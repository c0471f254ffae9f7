import { func, member, plain, type CelFunction } from '../cel-function.ts';
import { BOOL, DYN, INT, STRING, listOf } from '../cel-type.ts';
import { CelError, type CelList, type CelResult } from '../cel-value.ts';
import { ItemList } from '../lists-and-maps.ts';
import { countCharacters } from '../count-characters.ts';
import { CHARACTERS_A_STEP, type Meter } from '../meter.ts';
import { inSteps, type InSteps } from '../long-call.ts';
import { MAX_TEXT, TOO_LONG } from './long-text.ts';
import { matches } from './regex.ts';
import { formatText } from './format-text.ts';
import { quoteText } from './quote-text.ts';

const STRINGS = listOf(STRING);

const outOfRange = (index: bigint): CelError => new CelError(`index out of range: ${index}`);

const SURROGATE = /[\ud800-\udfff]/;

/** Texts are told in characters; most have one for each of their UTF-16 units. */
class Characters {
  readonly #text: string;
  readonly #isPlain: boolean;
  readonly length: number;

  constructor(text: string) {
    this.#text = text;
    this.#isPlain = !SURROGATE.test(text);
    this.length = this.#isPlain ? text.length : countCharacters(text);
  }

  /** Where in units the character at `index` begins. */
  unitOf(index: number): number {
    if (this.#isPlain) return index;
    if (index >= this.length) return this.#text.length;
    let unit = 0;
    for (let count = 0; count < index; count += 1) unit += (this.#text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1;
    return unit;
  }

  slice(start: number, end: number): string {
    return this.#text.slice(this.unitOf(start), this.unitOf(end));
  }
}

function charAt(text: string, index: bigint, meter: Meter): CelResult {
  meter.step(text.length / CHARACTERS_A_STEP);
  const characters = new Characters(text);
  if (index < 0n || index > BigInt(characters.length)) return outOfRange(index);
  return characters.slice(Number(index), Number(index) + 1);
}

function substring(text: string, start: bigint, end: bigint | undefined): CelResult {
  const characters = new Characters(text);
  const length = BigInt(characters.length);
  if (end !== undefined && start > end) return new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0n || start > length) return outOfRange(start);
  if (end !== undefined && (end < 0n || end > length)) return outOfRange(end);
  return characters.slice(Number(start), Number(end ?? length));
}

/** In characters, of a place in UTF-16 units. */
const inCharacters = (text: string, units: number): bigint => BigInt(countCharacters(text.slice(0, units)));

function indexOf(text: string, part: string, offset: bigint): CelResult {
  if (part === '') return offset;
  if (offset < 0n) return outOfRange(offset);
  const characters = new Characters(text);
  if (offset >= BigInt(characters.length)) return -1n;
  const found = text.indexOf(part, characters.unitOf(Number(offset)));
  return found < 0 ? -1n : inCharacters(text, found);
}

function lastIndexOf(text: string, part: string, offset: bigint | undefined): CelResult {
  const characters = new Characters(text);
  if (part === '') return offset ?? BigInt(characters.length);
  if (offset !== undefined && offset < 0n) return outOfRange(offset);
  if (offset !== undefined && offset >= BigInt(characters.length)) return -1n;
  const last = offset === undefined ? text.length : characters.unitOf(Number(offset));
  const found = lastPlaceOf(part, text, last);
  return found < 0 ? -1n : inCharacters(text, found);
}

/** As `text.lastIndexOf(part, last)`, which compares all of `part` at each place: this goes through the text once. */
function lastPlaceOf(part: string, text: string, last: number): number {
  if (part.length <= SHORT) return text.lastIndexOf(part, last);
  const back = reversed(text.slice(0, last + part.length)).indexOf(reversed(part));
  return back < 0 ? -1 : Math.min(last + part.length, text.length) - back - part.length;
}
const SHORT = 16;

/** Unit by unit: pairs of surrogates come out the wrong way round, and are found all the same. */
function reversed(text: string): string {
  const units = new Uint16Array(text.length);
  for (let index = 0; index < text.length; index += 1) units[text.length - 1 - index] = text.charCodeAt(index);
  return Buffer.from(units.buffer).toString('utf16le');
}

function replace(text: string, old: string, by: string, limit: bigint): CelResult {
  if (limit === 0n) return text;
  if (limit < 0n && old !== '') {
    const parts = text.split(old);
    return text.length + (parts.length - 1) * by.length > MAX_TEXT ? TOO_LONG : parts.join(by);
  }
  if (old === '') return insertBefore(text, by, limit);
  const parts = text.split(old);
  const count = limit < 0n || limit > BigInt(parts.length - 1) ? parts.length - 1 : Number(limit);
  if (text.length + count * by.length > MAX_TEXT) return TOO_LONG;
  return [parts.slice(0, count + 1).join(by), ...parts.slice(count + 1)].join(old);
}

/** Before each character and at the end, up to a limit. */
function insertBefore(text: string, by: string, limit: bigint): CelResult {
  const characters = new Characters(text);
  const places = characters.length + 1;
  const count = limit < 0n || limit > BigInt(places) ? places : Number(limit);
  if (text.length + count * by.length > MAX_TEXT) return TOO_LONG;
  const end = characters.unitOf(count);
  const parts = splitCharacters(text.slice(0, end));
  return `${by}${parts.join(by)}${count === places && parts.length > 0 ? by : ''}${text.slice(end)}`;
}

const splitCharacters = (text: string): readonly string[] => (SURROGATE.test(text) ? Array.from(text) : text.split(''));

function split(text: string, separator: string, limit: bigint): CelList {
  if (limit === 0n) return new ItemList([]);
  const parts = separator === '' ? splitCharacters(text) : text.split(separator);
  if (limit < 0n || BigInt(parts.length) <= limit) return new ItemList(parts);
  const kept = parts.slice(0, Number(limit) - 1);
  return new ItemList([...kept, parts.slice(kept.length).join(separator)]);
}

function* join(list: CelList, separator: string, meter: Meter): InSteps<CelResult> {
  const texts: string[] = [];
  let length = 0;
  for (let index = 0; index < list.size; index += 1) {
    meter.strain(1);
    if (meter.isTired) yield undefined;
    const item = list.at(index);
    if (typeof item !== 'string') return item instanceof CelError ? item : new CelError('join: invalid input');
    texts.push(item);
    length += item.length + separator.length;
    if (length > MAX_TEXT) return TOO_LONG;
  }
  return texts.join(separator);
}

/** What Go holds to be space: other than JavaScript it counts U+0085, and not U+FEFF. */
const SPACE = /(?!\ufeff)[\s\u0085]/;

function trim(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && SPACE.test(text.charAt(start))) start += 1;
  while (end > start && SPACE.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

const NOT_ASCII = /[^\0-\x7f]/;
const lowerAscii = (text: string): string =>
  NOT_ASCII.test(text) ? text.replace(/[A-Z]+/g, part => part.toLowerCase()) : text.toLowerCase();
const upperAscii = (text: string): string =>
  NOT_ASCII.test(text) ? text.replace(/[a-z]+/g, part => part.toUpperCase()) : text.toUpperCase();

export const STRING_FUNCTIONS: readonly CelFunction[] = [
  func(
    'contains',
    member('contains_string', [STRING, STRING], BOOL, ([text, part]) => text.includes(part)),
  ),
  func(
    'endsWith',
    member('ends_with_string', [STRING, STRING], BOOL, ([text, part]) => text.endsWith(part)),
  ),
  func(
    'startsWith',
    member('starts_with_string', [STRING, STRING], BOOL, ([text, part]) => text.startsWith(part)),
  ),
  func(
    'matches',
    plain('matches', [STRING, STRING], BOOL, ([text, pattern], meter) => matches(text, pattern, meter)),
    member('matches_string', [STRING, STRING], BOOL, ([text, pattern], meter) => matches(text, pattern, meter)),
  ),
  func(
    'charAt',
    member('string_char_at_int', [STRING, INT], STRING, ([text, index], meter) => charAt(text, index, meter)),
  ),
  func(
    'indexOf',
    member('string_index_of_string', [STRING, STRING], INT, ([text, part]) => indexOf(text, part, 0n)),
    member('string_index_of_string_int', [STRING, STRING, INT], INT, ([text, part, from]) => indexOf(text, part, from)),
  ),
  func(
    'lastIndexOf',
    member('string_last_index_of_string', [STRING, STRING], INT, ([text, part]) => lastIndexOf(text, part, undefined)),
    member('string_last_index_of_string_int', [STRING, STRING, INT], INT, ([text, part, from]) =>
      lastIndexOf(text, part, from),
    ),
  ),
  func(
    'lowerAscii',
    member('string_lower_ascii', [STRING], STRING, ([text]) => lowerAscii(text)),
  ),
  func(
    'upperAscii',
    member('string_upper_ascii', [STRING], STRING, ([text]) => upperAscii(text)),
  ),
  func(
    'replace',
    member('string_replace_string_string', [STRING, STRING, STRING], STRING, ([text, old, by]) =>
      replace(text, old, by, -1n),
    ),
    member('string_replace_string_string_int', [STRING, STRING, STRING, INT], STRING, ([text, old, by, limit]) =>
      replace(text, old, by, limit),
    ),
  ),
  func(
    'split',
    member('string_split_string', [STRING, STRING], STRINGS, ([text, separator]) => split(text, separator, -1n)),
    member('string_split_string_int', [STRING, STRING, INT], STRINGS, ([text, separator, limit]) =>
      split(text, separator, limit),
    ),
  ),
  func(
    'substring',
    member('string_substring_int', [STRING, INT], STRING, ([text, start]) => substring(text, start, undefined)),
    member('string_substring_int_int', [STRING, INT, INT], STRING, ([text, start, end]) => substring(text, start, end)),
  ),
  func(
    'trim',
    member('string_trim', [STRING], STRING, ([text]) => trim(text)),
  ),
  func(
    'format',
    member('string_format', [STRING, listOf(DYN)], STRING, ([text, args], meter) => formatText(text, args, meter)),
  ),
  func(
    'strings.quote',
    plain('strings_quote', [STRING], STRING, ([text]) => quoteText(text)),
  ),
  func(
    'join',
    member(
      'list_join',
      [STRINGS],
      STRING,
      inSteps(([list], meter) => join(list, '', meter)),
    ),
    member(
      'list_join_string',
      [STRINGS, STRING],
      STRING,
      inSteps(([list, separator], meter) => join(list, separator, meter)),
    ),
  ),
];
