import { func, member, plain, type CelFunction, type Overload } from '../cel-function.ts';
import { durationOf, timestampOf } from '../cel-time.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  INT,
  STRING,
  TIMESTAMP,
  UINT,
  listOf,
  mapOf,
  typeParam,
  type Typed,
} from '../cel-type.ts';
import { CelError, CelUint, type CelList, type CelResult, type CelValue } from '../cel-value.ts';
import { GrowingList, GrowingMap, ItemList, JoinedList } from '../lists-and-maps.ts';
import { compare, placeOf, placeOfSame } from '../equals.ts';
import { OPERATORS } from '../expr.ts';
import { LongCall, inSteps, type InSteps } from '../long-call.ts';
import { MAX_UINT, isInt } from '../literal.ts';
import { countCharacters } from '../count-characters.ts';
import { CHARACTERS_A_STEP, type Meter } from '../meter.ts';
import { MAX_TEXT, TOO_LONG } from './long-text.ts';

const A = typeParam('A');
const B = typeParam('B');
export const LIST_A = listOf(A);
export const MAP_AB = mapOf(A, B);

export const int = (value: bigint): CelResult => (isInt(value) ? value : new CelError('integer overflow'));
export const uint = (value: bigint): CelResult =>
  value >= 0n && value <= MAX_UINT ? new CelUint(value) : new CelError('unsigned integer overflow');
const duration = (nanoseconds: bigint): CelResult => durationOf(nanoseconds) ?? new CelError('duration overflow');
const timestamp = (nanoseconds: bigint): CelResult => timestampOf(nanoseconds) ?? new CelError('timestamp overflow');

const numbers = (
  name: string,
  forms: {
    readonly int: (a: bigint, b: bigint) => CelResult;
    readonly uint: (a: bigint, b: bigint) => CelResult;
    readonly double?: (a: number, b: number) => number;
  },
): readonly Overload[] => {
  const { double } = forms;
  return [
    ...(double === undefined ? [] : [plain(`${name}_double`, [DOUBLE, DOUBLE], DOUBLE, ([a, b]) => double(a, b))]),
    plain(`${name}_int64`, [INT, INT], INT, ([a, b]) => forms.int(a, b)),
    plain(`${name}_uint64`, [UINT, UINT], UINT, ([a, b]) => forms.uint(a.value, b.value)),
  ];
};

const ADD: readonly Overload[] = [
  plain('add_bytes', [BYTES, BYTES], BYTES, ([a, b], meter) => {
    if (a.length + b.length > MAX_TEXT) return TOO_LONG;
    meter.step((a.length + b.length) / CHARACTERS_A_STEP);
    return new Uint8Array(Buffer.concat([a, b]));
  }),
  ...numbers('add', { int: (a, b) => int(a + b), uint: (a, b) => uint(a + b), double: (a, b) => a + b }),
  plain('add_duration_duration', [DURATION, DURATION], DURATION, ([a, b]) => duration(a.nanoseconds + b.nanoseconds)),
  plain('add_duration_timestamp', [DURATION, TIMESTAMP], TIMESTAMP, ([a, b]) =>
    timestamp(a.nanoseconds + b.nanoseconds),
  ),
  plain('add_timestamp_duration', [TIMESTAMP, DURATION], TIMESTAMP, ([a, b]) =>
    timestamp(a.nanoseconds + b.nanoseconds),
  ),
  plain('add_list', [LIST_A, LIST_A], LIST_A, ([a, b], meter) => joinLists(a, b, meter)),
  plain('add_string', [STRING, STRING], STRING, ([a, b]) => (a.length + b.length > MAX_TEXT ? TOO_LONG : a + b)),
];

function joinLists(a: CelList, b: CelList, meter: Meter): CelResult | LongCall {
  if (a instanceof GrowingList) return a.push(b);
  if (a.keys !== undefined) return new LongCall(mergeLists(a, b, a.keys, meter));
  if (a.size === 0) return b;
  return b.size === 0 ? a : new JoinedList(a, b);
}

/** What is in both is there once: as the second has it, where the first has it. */
function* mergeLists(a: CelList, b: CelList, keys: NonNullable<CelList['keys']>, meter: Meter): InSteps<CelResult> {
  const items = [...a];
  const merged = new ItemList(items);
  for (const item of b) {
    const place = yield* placeOfSame(item, merged, keys, meter);
    if (place < 0) items.push(item);
    else items[place] = item;
  }
  return merged;
}

const SUBTRACT: readonly Overload[] = [
  ...numbers('subtract', { int: (a, b) => int(a - b), uint: (a, b) => uint(a - b), double: (a, b) => a - b }),
  plain('subtract_duration_duration', [DURATION, DURATION], DURATION, ([a, b]) =>
    duration(a.nanoseconds - b.nanoseconds),
  ),
  plain('subtract_timestamp_duration', [TIMESTAMP, DURATION], TIMESTAMP, ([a, b]) =>
    timestamp(a.nanoseconds - b.nanoseconds),
  ),
  plain('subtract_timestamp_timestamp', [TIMESTAMP, TIMESTAMP], DURATION, ([a, b]) =>
    duration(a.nanoseconds - b.nanoseconds),
  ),
];

const DIVISION = new CelError('division by zero');
const MODULUS = new CelError('modulus by zero');

const ARITHMETIC: readonly CelFunction[] = [
  func(OPERATORS.add, ...ADD),
  func('_-_', ...SUBTRACT),
  func(
    '_*_',
    ...numbers('multiply', { int: (a, b) => int(a * b), uint: (a, b) => uint(a * b), double: (a, b) => a * b }),
  ),
  func(
    '_/_',
    ...numbers('divide', {
      int: (a, b) => (b === 0n ? DIVISION : int(a / b)),
      uint: (a, b) => (b === 0n ? DIVISION : uint(a / b)),
      double: (a, b) => a / b,
    }),
  ),
  func(
    '_%_',
    ...numbers('modulo', {
      int: (a, b) => (b === 0n ? MODULUS : a === -(2n ** 63n) && b === -1n ? int(2n ** 63n) : a % b),
      uint: (a, b) => (b === 0n ? MODULUS : uint(a % b)),
    }),
  ),
  func(
    OPERATORS.negate,
    plain('negate_double', [DOUBLE], DOUBLE, ([a]) => -a),
    plain('negate_int64', [INT], INT, ([a]) => int(-a)),
  ),
];

const COMPARED: readonly (readonly [string, Typed<unknown>, Typed<unknown>])[] = [
  ['bool', BOOL, BOOL],
  ['int64', INT, INT],
  ['int64_double', INT, DOUBLE],
  ['int64_uint64', INT, UINT],
  ['uint64', UINT, UINT],
  ['uint64_double', UINT, DOUBLE],
  ['uint64_int64', UINT, INT],
  ['double', DOUBLE, DOUBLE],
  ['double_int64', DOUBLE, INT],
  ['double_uint64', DOUBLE, UINT],
  ['string', STRING, STRING],
  ['bytes', BYTES, BYTES],
  ['timestamp', TIMESTAMP, TIMESTAMP],
  ['duration', DURATION, DURATION],
];

const comparison = (operator: string, name: string, holds: (order: number) => boolean): CelFunction =>
  func(
    operator,
    ...COMPARED.map(([suffix, left, right]) =>
      plain(`${name}_${suffix}`, [left, right], BOOL, (args, meter): CelResult => {
        const [a, b] = args as readonly [CelValue, CelValue];
        if (typeof a === 'string' && typeof b === 'string')
          meter.step(Math.min(a.length, b.length) / CHARACTERS_A_STEP);
        const order = compare(a, b);
        return order instanceof CelError ? order : holds(order);
      }),
    ),
  );

const COMPARISONS: readonly CelFunction[] = [
  comparison('_<_', 'less', order => order < 0),
  comparison('_<=_', 'less_equals', order => order <= 0),
  comparison('_>_', 'greater', order => order > 0),
  comparison('_>=_', 'greater_equals', order => order >= 0),
];

function* isIn(value: CelValue, list: CelList, meter: Meter): InSteps<CelResult> {
  return (yield* placeOf(value, list, meter)) >= 0;
}

/** Those that `compile-logic` and `compile` see to have no code of their own here: they tell of types. */
const seenTo = (): CelResult => new CelError('no such overload');

const LOGIC: readonly CelFunction[] = [
  func(OPERATORS.conditional, plain('conditional', [BOOL, A, A], A, seenTo)),
  func(OPERATORS.and, plain('logical_and', [BOOL, BOOL], BOOL, seenTo)),
  func(OPERATORS.or, plain('logical_or', [BOOL, BOOL], BOOL, seenTo)),
  func(
    OPERATORS.not,
    plain('logical_not', [BOOL], BOOL, ([a]) => !a),
  ),
  func(OPERATORS.notStrictlyFalse, plain('not_strictly_false', [BOOL], BOOL, seenTo)),
  func(OPERATORS.equals, plain('equals', [A, A], BOOL, seenTo)),
  func(OPERATORS.notEquals, plain('not_equals', [A, A], BOOL, seenTo)),
  func(OPERATORS.index, plain('index_list', [LIST_A, INT], A, seenTo), plain('index_map', [MAP_AB, A], B, seenTo)),
  func(
    OPERATORS.in,
    plain(
      'in_list',
      [A, LIST_A],
      BOOL,
      inSteps(([value, list], meter) => isIn(value, list, meter)),
    ),
    plain('in_map', [A, MAP_AB], BOOL, ([value, map]) => map.has(value)),
  ),
];

const characters = (text: string, meter: Meter): bigint => {
  meter.step(text.length / CHARACTERS_A_STEP);
  return BigInt(countCharacters(text));
};

const SIZE = func(
  'size',
  plain('size_bytes', [BYTES], INT, ([bytes]) => BigInt(bytes.length)),
  member('bytes_size', [BYTES], INT, ([bytes]) => BigInt(bytes.length)),
  plain('size_list', [LIST_A], INT, ([list]) => BigInt(list.size)),
  member('list_size', [LIST_A], INT, ([list]) => BigInt(list.size)),
  plain('size_map', [MAP_AB], INT, ([map]) => BigInt(map.size)),
  member('map_size', [MAP_AB], INT, ([map]) => BigInt(map.size)),
  plain('size_string', [STRING], INT, ([text], meter) => characters(text, meter)),
  member('string_size', [STRING], INT, ([text], meter) => characters(text, meter)),
);

const MAP_INSERT = func(
  'cel.@mapInsert',
  plain('@mapInsert_map_key_value', [MAP_AB, A, B], MAP_AB, ([map, key, value]) =>
    map instanceof GrowingMap ? map.insert(key, value) : seenTo(),
  ),
  plain('@mapInsert_map_map', [MAP_AB, MAP_AB], MAP_AB, ([map, more]) => {
    if (!(map instanceof GrowingMap)) return seenTo();
    for (const key of more.keys()) {
      const inserted = map.insert(key, more.get(key) ?? null);
      if (inserted instanceof CelError) return inserted;
    }
    return map;
  }),
);

export const OPERATOR_FUNCTIONS: readonly CelFunction[] = [...LOGIC, ...ARITHMETIC, ...COMPARISONS, SIZE, MAP_INSERT];
