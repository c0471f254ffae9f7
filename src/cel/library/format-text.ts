import { printType } from '../cel-type.ts';
import { printDuration, printTimestamp } from '../cel-time.ts';
import {
  CelDuration,
  CelError,
  CelList,
  CelMap,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  type CelResult,
} from '../cel-value.ts';
import { CHARACTERS_A_STEP, type Meter } from '../meter.ts';
import { printDouble } from '../print-double.ts';
import { typeOfValue } from '../type-of-value.ts';
import { CLAUSE, MUST_BE } from './format-clause.ts';
import { MAX_TEXT, TOO_LONG } from './long-text.ts';
import { quoteText } from './quote-text.ts';

class FormatProblem extends Error {
  readonly code = 'FormatProblem';
}
const stop = (message: string): never => {
  throw new FormatProblem(message);
};

/** To write one number takes as long as much else. */
const CLAUSE_STRAIN = 10;
const DEFAULT_PRECISION = 6;
const MAX_PRECISION = 1000;

/** `text` with its clauses, such as `%s` and `%.3f`, replaced by the arguments in turn. */
export function formatText(text: string, args: CelList, meter: Meter): CelResult {
  let next = 0;
  const argument = (): CelResult => (next < args.size ? args.at(next++) : stop(`index ${next} out of range`));
  try {
    let length = text.length;
    const counted = (part: string): string => {
      length += part.length;
      return length > MAX_TEXT ? stop(TOO_LONG.message) : part;
    };
    return text.replaceAll(CLAUSE, (clause, digits: string | undefined, letter: string | undefined) => {
      if (clause === '%%') return '%';
      if (letter === undefined) return stop('unexpected end of string');
      meter.strain(CLAUSE_STRAIN);
      const precision = digits === undefined || digits === '' ? DEFAULT_PRECISION : Number(digits);
      if (precision > MAX_PRECISION) return stop(`precision of ${digits} is larger than ${MAX_PRECISION}`);
      return counted(formatOne(letter, precision, argument(), meter));
    });
  } catch (error) {
    if (error instanceof FormatProblem) return new CelError(error.message);
    throw error;
  }
}

function formatOne(letter: string, precision: number, value: CelResult, meter: Meter): string {
  if (value instanceof CelError) return stop(value.message);
  switch (letter) {
    case 's':
      return inText(value, meter, false);
    case 'd':
      return wholeOf(value)?.toString() ?? wrong('d', value);
    case 'f':
      return inDouble(value, amount => fixed(amount, precision), 'f');
    case 'e':
      return inDouble(value, amount => scientific(amount, precision), 'e');
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0';
      return wholeOf(value)?.toString(2) ?? wrong('b', value);
    case 'o':
      return wholeOf(value)?.toString(8) ?? wrong('o', value);
    case 'x':
      return inHex(value, meter);
    case 'X':
      return inHex(value, meter).toUpperCase();
    default:
      return stop(`could not parse formatting clause: unrecognized formatting clause ${JSON.stringify(letter)}`);
  }
}

const wrong = (letter: string, value: CelResult): never =>
  stop(
    `error during formatting: ${MUST_BE[letter] ?? ''}, was given ${value instanceof CelError ? 'error' : printName(value)}`,
  );
const printName = (value: Exclude<CelResult, CelError>): string => typeOfValue(value).name;

const wholeOf = (value: CelResult): bigint | undefined =>
  typeof value === 'bigint' ? value : value instanceof CelUint ? value.value : undefined;

const DOUBLE_WORDS = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

function inDouble(value: CelResult, print: (amount: number) => string, letter: string): string {
  const amount = typeof value === 'string' ? DOUBLE_WORDS.get(value) : value;
  if (typeof amount !== 'number') return wrong(letter, value);
  if (Number.isNaN(amount)) return 'NaN';
  return Number.isFinite(amount) ? print(amount) : amount > 0 ? '∞' : '-∞';
}

/** With the signs of the locale that upstream formats by. */
const fixed = (amount: number, precision: number): string =>
  plainDigits(amount, Math.min(precision, 100)).replace(/^-?\d+/, whole => whole.replace(/\B(?=(\d{3})+$)/g, ','));
const plainDigits = (amount: number, precision: number): string =>
  Math.abs(amount) < 1e21
    ? toEven(amount, precision).toFixed(precision)
    : `${BigInt(amount)}${precision === 0 ? '' : `.${'0'.repeat(precision)}`}`;

/** What lies halfway goes to the even digit. */
function toEven(amount: number, precision: number): number {
  const shifted = amount * 10 ** precision;
  return Math.abs(shifted % 1) === 0.5 ? (2 * Math.round(shifted / 2)) / 10 ** precision : amount;
}

function scientific(amount: number, precision: number): string {
  const [digits = '', exponent = ''] = amount.toExponential(Math.min(precision, 100)).split('e');
  return `${digits}×10${superscript(exponent)}`;
}
const superscript = (exponent: string): string =>
  (exponent.startsWith('-') ? '⁻' : '') +
  Array.from(exponent.slice(1).padStart(2, '0'), digit => SUPERSCRIPTS[Number(digit)] ?? digit).join('');
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function inHex(value: CelResult, meter: Meter): string {
  if (typeof value === 'string' || value instanceof Uint8Array) meter.step(value.length / CHARACTERS_A_STEP);
  if (typeof value === 'string') return Buffer.from(value).toString('hex');
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return wholeOf(value)?.toString(16) ?? wrong('x', value);
}

/** `isInside`: within a list or map, where texts are quoted. */
function inText(value: CelResult, meter: Meter, isInside: boolean): string {
  meter.step(1);
  if (value === null) return 'null';
  if (typeof value === 'string') {
    meter.step(value.length / CHARACTERS_A_STEP);
    return isInside ? quoteText(value) : value;
  }
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return isInside ? doubleInside(value) : printDouble(value);
  if (value instanceof CelError) return stop(value.message);
  if (value instanceof CelUint) return String(value.value);
  if (value instanceof Uint8Array)
    return isInside ? `b${quoteText(Buffer.from(value).toString())}` : Buffer.from(value).toString();
  if (value instanceof CelTimestamp) return isInside ? `timestamp("${printTimestamp(value)}")` : printTimestamp(value);
  if (value instanceof CelDuration) return isInside ? `duration("${printDuration(value)}")` : printDuration(value);
  if (value instanceof CelTypeValue) return printType(value.type);
  if (value instanceof CelList) return `[${[...value].map(item => inText(item, meter, true)).join(', ')}]`;
  if (value instanceof CelMap) return inMap(value, meter);
  return wrong('s', value);
}

const doubleInside = (value: number): string =>
  Number.isFinite(value) ? value.toFixed(DEFAULT_PRECISION) : JSON.stringify(printDouble(value));

function inMap(map: CelMap, meter: Meter): string {
  const entries = map.keys().map(key => {
    if (typeof key === 'number' || key === null) return stop('no formatting function for map key');
    return `${inText(key, meter, true)}:${inText(map.get(key) ?? null, meter, true)}`;
  });
  return `{${entries.toSorted((a, b) => (a < b ? -1 : 1)).join(', ')}}`;
}
