import { func, plain, type CelFunction } from '../cel-function.ts';
import { durationOf, printDuration, printTimestamp, readDuration, readTimestamp, timestampOf } from '../cel-time.ts';
import { BOOL, BYTES, DOUBLE, DURATION, DYN, INT, STRING, TIMESTAMP, UINT, typeOf, typeParam } from '../cel-type.ts';
import { CelError, CelTypeValue, type CelResult } from '../cel-value.ts';
import { printDouble } from '../print-double.ts';
import { typeOfValue } from '../type-of-value.ts';
import { int, uint } from './operators.ts';

const A = typeParam('A');
const NANOSECONDS = 1_000_000_000n;
const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);
const LONGEST_NUMBER = 400;

const conversionError = (from: string, to: string): CelError =>
  new CelError(`type conversion error from '${from}' to '${to}'`);

const wholeOf = (text: string): bigint | undefined =>
  text.length < LONGEST_NUMBER && /^[+-]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, '')) : undefined;

function readInt(text: string): CelResult {
  const value = wholeOf(text);
  return value === undefined || int(value) instanceof CelError ? conversionError('string', 'int') : value;
}

function readUint(text: string): CelResult {
  const value = /^[+-]/.test(text) ? undefined : wholeOf(text);
  return value === undefined || uint(value) instanceof CelError ? conversionError('string', 'uint') : uint(value);
}

const DOUBLE_SHAPE = /^[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf|infinity|nan)$/i;

function readDouble(text: string): CelResult {
  if (text.length > LONGEST_NUMBER || !DOUBLE_SHAPE.test(text)) return conversionError('string', 'double');
  if (/nan/i.test(text)) return Number.NaN;
  if (/inf/i.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(text);
  return Number.isFinite(value) ? value : conversionError('string', 'double');
}

/** Towards zero; what no integer can hold is an error. */
function whole(value: number, low: number, high: number, make: (value: bigint) => CelResult, name: string): CelResult {
  return value > low && value < high ? make(BigInt(Math.trunc(value))) : new CelError(name);
}

const INT_CONVERSIONS = func(
  'int',
  plain('int64_to_int64', [INT], INT, ([a]) => a),
  plain('double_to_int64', [DOUBLE], INT, ([a]) => whole(a, -(2 ** 63), 2 ** 63, int, 'integer overflow')),
  plain('duration_to_int64', [DURATION], INT, ([a]) => a.nanoseconds),
  plain('string_to_int64', [STRING], INT, ([a]) => readInt(a)),
  plain('timestamp_to_int64', [TIMESTAMP], INT, ([a]) => floorSeconds(a.nanoseconds)),
  plain('uint64_to_int64', [UINT], INT, ([a]) => int(a.value)),
);

const floorSeconds = (nanoseconds: bigint): bigint =>
  (nanoseconds - (((nanoseconds % NANOSECONDS) + NANOSECONDS) % NANOSECONDS)) / NANOSECONDS;

const UINT_CONVERSIONS = func(
  'uint',
  plain('uint64_to_uint64', [UINT], UINT, ([a]) => a),
  plain('double_to_uint64', [DOUBLE], UINT, ([a]) => whole(a, -1, 2 ** 64, uint, 'unsigned integer overflow')),
  plain('int64_to_uint64', [INT], UINT, ([a]) => uint(a)),
  plain('string_to_uint64', [STRING], UINT, ([a]) => readUint(a)),
);

const DOUBLE_CONVERSIONS = func(
  'double',
  plain('double_to_double', [DOUBLE], DOUBLE, ([a]) => a),
  plain('int64_to_double', [INT], DOUBLE, ([a]) => Number(a)),
  plain('string_to_double', [STRING], DOUBLE, ([a]) => readDouble(a)),
  plain('uint64_to_double', [UINT], DOUBLE, ([a]) => Number(a.value)),
);

const STRING_CONVERSIONS = func(
  'string',
  plain('string_to_string', [STRING], STRING, ([a]) => a),
  plain('bool_to_string', [BOOL], STRING, ([a]) => String(a)),
  plain('bytes_to_string', [BYTES], STRING, ([a]) => textOf(a)),
  plain('double_to_string', [DOUBLE], STRING, ([a]) => printDouble(a)),
  plain('duration_to_string', [DURATION], STRING, ([a]) => printDuration(a)),
  plain('int64_to_string', [INT], STRING, ([a]) => String(a)),
  plain('timestamp_to_string', [TIMESTAMP], STRING, ([a]) => printTimestamp(a)),
  plain('uint64_to_string', [UINT], STRING, ([a]) => String(a.value)),
);

function textOf(bytes: Uint8Array): CelResult {
  const text = Buffer.from(bytes).toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : new CelError('invalid UTF-8 in bytes, cannot convert to string');
}

export const CONVERSION_FUNCTIONS: readonly CelFunction[] = [
  func(
    'type',
    plain('type', [A], typeOf(A), ([a]) => new CelTypeValue(typeOfValue(a))),
  ),
  func(
    'dyn',
    plain('to_dyn', [A], DYN, ([a]) => a),
  ),
  func(
    'bool',
    plain('bool_to_bool', [BOOL], BOOL, ([a]) => a),
    plain('string_to_bool', [STRING], BOOL, ([a]) =>
      TRUE.has(a) ? true : FALSE.has(a) ? false : conversionError('string', 'bool'),
    ),
  ),
  func(
    'bytes',
    plain('bytes_to_bytes', [BYTES], BYTES, ([a]) => a),
    plain('string_to_bytes', [STRING], BYTES, ([a]) => new Uint8Array(Buffer.from(a))),
  ),
  DOUBLE_CONVERSIONS,
  INT_CONVERSIONS,
  UINT_CONVERSIONS,
  STRING_CONVERSIONS,
  func(
    'duration',
    plain('duration_to_duration', [DURATION], DURATION, ([a]) => a),
    plain('int64_to_duration', [INT], DURATION, ([a]) => durationOf(a) ?? new CelError('duration overflow')),
    plain(
      'string_to_duration',
      [STRING],
      DURATION,
      ([a]) => readDuration(a) ?? conversionError('string', 'google.protobuf.Duration'),
    ),
  ),
  func(
    'timestamp',
    plain('timestamp_to_timestamp', [TIMESTAMP], TIMESTAMP, ([a]) => a),
    plain('int64_to_timestamp', [INT], TIMESTAMP, ([a]) => timestampOf(a * NANOSECONDS) ?? TIMESTAMP_OVERFLOW),
    plain(
      'string_to_timestamp',
      [STRING],
      TIMESTAMP,
      ([a]) => readTimestamp(a) ?? conversionError('string', 'google.protobuf.Timestamp'),
    ),
  ),
];

const TIMESTAMP_OVERFLOW = new CelError('timestamp overflow');
