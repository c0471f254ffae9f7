import { func, member, plain, type CelFunction } from '../cel-function.ts';
import { BOOL, DYN, INT, STRING, listOf } from '../cel-type.ts';
import { CelError, type CelList, type CelResult } from '../cel-value.ts';
import { ItemList } from '../collections.ts';
import { CHARACTERS_A_STEP, type Meter } from '../meter.ts';
import { matches } from './regex.ts';
import { formatText } from './format-text.ts';
import { quoteText } from './quote-text.ts';

const STRINGS = listOf(STRING);

const outOfRange = (index: bigint): CelError => new CelError(`index out of range: ${index}`);

/** Texts are told in characters; where each is one unit, no copy is made. */
const charactersOf = (text: string): readonly string[] | string =>
  /[\ud800-\udfff]/.test(text) ? Array.from(text) : text;

const joined = (characters: readonly string[] | string): string =>
  typeof characters === 'string' ? characters : characters.join('');

function charAt(text: string, index: bigint, meter: Meter): CelResult {
  meter.step(text.length / CHARACTERS_A_STEP);
  const characters = charactersOf(text);
  if (index < 0n || index > BigInt(characters.length)) return outOfRange(index);
  return characters[Number(index)] ?? '';
}

function substring(text: string, start: bigint, end: bigint | undefined): CelResult {
  const characters = charactersOf(text);
  const length = BigInt(characters.length);
  if (end !== undefined && start > end) return new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0n || start > length) return outOfRange(start);
  if (end !== undefined && (end < 0n || end > length)) return outOfRange(end);
  return joined(characters.slice(Number(start), Number(end ?? length)));
}

/** In characters, of a place in UTF-16 units. */
const inCharacters = (text: string, units: number): bigint => BigInt(charactersOf(text.slice(0, units)).length);

function indexOf(text: string, part: string, offset: bigint): CelResult {
  if (part === '') return offset;
  if (offset < 0n) return outOfRange(offset);
  const characters = charactersOf(text);
  if (offset >= BigInt(characters.length)) return -1n;
  const skipped = joined(characters.slice(0, Number(offset))).length;
  const found = text.indexOf(part, skipped);
  return found < 0 ? -1n : inCharacters(text, found);
}

function lastIndexOf(text: string, part: string, offset: bigint | undefined): CelResult {
  const characters = charactersOf(text);
  if (part === '') return offset ?? BigInt(characters.length);
  if (offset !== undefined && offset < 0n) return outOfRange(offset);
  if (offset !== undefined && offset >= BigInt(characters.length)) return -1n;
  const last = offset === undefined ? text.length : joined(characters.slice(0, Number(offset))).length;
  const found = text.lastIndexOf(part, last);
  return found < 0 ? -1n : inCharacters(text, found);
}

const MAX_TEXT = 2 ** 24;
const TOO_LONG = new CelError('result is too long');

function replace(text: string, old: string, by: string, limit: bigint): CelResult {
  if (limit === 0n) return text;
  if (limit < 0n && old !== '') {
    const parts = text.split(old);
    return text.length + (parts.length - 1) * by.length > MAX_TEXT ? TOO_LONG : parts.join(by);
  }
  const characters = old === '' ? ['', ...Array.from(text)] : text.split(old);
  // Before each character and at the end, where nothing is replaced.
  const places = old === '' ? characters.length : characters.length - 1;
  const count = limit < 0n || limit > BigInt(places) ? places : Number(limit);
  if (text.length + count * by.length > MAX_TEXT) return TOO_LONG;
  if (old === '')
    return [...characters.slice(1).map((c, i) => (i < count ? by + c : c)), count === places ? by : ''].join('');
  return [characters.slice(0, count + 1).join(by), ...characters.slice(count + 1)].join(old);
}

function split(text: string, separator: string, limit: bigint): CelList {
  if (limit === 0n) return new ItemList([]);
  const parts = separator === '' ? Array.from(text) : text.split(separator);
  if (limit < 0n || BigInt(parts.length) <= limit) return new ItemList(parts);
  const kept = parts.slice(0, Number(limit) - 1);
  return new ItemList([...kept, parts.slice(kept.length).join(separator)]);
}

function join(list: CelList, separator: string): CelResult {
  const texts: string[] = [];
  for (const item of list) {
    if (typeof item !== 'string') return item instanceof CelError ? item : new CelError('join: invalid input');
    texts.push(item);
  }
  return texts.join(separator);
}

/** What Go holds to be space: other than JavaScript it counts U+0085, and not U+FEFF. */
const SPACE = String.raw`[^\S\ufeff]|\u0085`;
const OUTER_SPACE = new RegExp(`^(?:${SPACE})+|(?:${SPACE})+$`, 'gu');
const trim = (text: string): string => text.replace(OUTER_SPACE, '');

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
    plain('matches', [STRING, STRING], BOOL, ([text, pattern]) => matches(text, pattern)),
    member('matches_string', [STRING, STRING], BOOL, ([text, pattern]) => matches(text, pattern)),
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
    member('string_lower_ascii', [STRING], STRING, ([text]) => text.replace(/[A-Z]+/g, part => part.toLowerCase())),
  ),
  func(
    'upperAscii',
    member('string_upper_ascii', [STRING], STRING, ([text]) => text.replace(/[a-z]+/g, part => part.toUpperCase())),
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
    member('list_join', [STRINGS], STRING, ([list]) => join(list, '')),
    member('list_join_string', [STRINGS, STRING], STRING, ([list, separator]) => join(list, separator)),
  ),
];
