import { func, member, plain, type CelFunction } from '../cel-function.ts';
import { BOOL, DYN, INT, STRING, listOf, mapOf, optionalOf, typeParam } from '../cel-type.ts';
import {
  CelDuration,
  CelError,
  CelList,
  CelMap,
  CelOptional,
  CelTimestamp,
  CelUint,
  NONE,
  type CelResult,
  type CelValue,
} from '../cel-value.ts';
import { ItemList } from '../lists-and-maps.ts';
import { OPERATORS } from '../expr.ts';

const K = typeParam('K');
const V = typeParam('V');
const OPTIONAL = optionalOf(V);
const LIST = listOf(V);
const MAP = mapOf(K, V);

/** Seen to by `compile` and `compile-logic`: here they tell of types. */
const seenTo = (): CelResult => new CelError('no such overload');

function isZero(value: CelValue): boolean {
  if (value instanceof CelList || value instanceof CelMap) return value.size === 0;
  if (value instanceof CelUint) return value.value === 0n;
  if (value instanceof CelDuration) return value.nanoseconds === 0n;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value instanceof CelOptional) return value.value === undefined || isZero(value.value);
  if (value instanceof CelTimestamp) return value.nanoseconds === YEAR_1;
  return value === null || value === false || value === 0n || value === 0 || value === '';
}
const YEAR_1 = -62_135_596_800_000_000_000n;

function unwrap(list: CelList): CelResult {
  const values: CelValue[] = [];
  for (const item of list) {
    if (!(item instanceof CelOptional)) return item instanceof CelError ? item : new CelError('value is not optional');
    if (item.value !== undefined) values.push(item.value);
  }
  return new ItemList(values);
}

const at = (list: CelList, index: number): CelResult => {
  const item = index >= 0 && index < list.size ? list.at(index) : undefined;
  return item === undefined ? NONE : item instanceof CelError ? item : new CelOptional(item);
};

export const OPTIONAL_FUNCTIONS: readonly CelFunction[] = [
  func(
    'optional.of',
    plain('optional_of', [V], OPTIONAL, ([value]) => new CelOptional(value)),
  ),
  func(
    'optional.ofNonZeroValue',
    plain('optional_ofNonZeroValue', [V], OPTIONAL, ([value]) => (isZero(value) ? NONE : new CelOptional(value))),
  ),
  func(
    'optional.none',
    plain('optional_none', [], OPTIONAL, () => NONE),
  ),
  func(
    'value',
    member('optional_value', [OPTIONAL], V, ([optional]) =>
      optional.value === undefined ? new CelError('optional.none() dereference') : optional.value,
    ),
  ),
  func(
    'hasValue',
    member('optional_hasValue', [OPTIONAL], BOOL, ([optional]) => optional.value !== undefined),
  ),
  func('or', member('optional_or_optional', [OPTIONAL, OPTIONAL], OPTIONAL, seenTo)),
  func('orValue', member('optional_orValue_value', [OPTIONAL, V], V, seenTo)),
  func(OPERATORS.optionalSelect, plain('select_optional_field', [DYN, STRING], OPTIONAL, seenTo)),
  func(
    OPERATORS.optionalIndex,
    plain('list_optindex_optional_int', [LIST, INT], OPTIONAL, seenTo),
    plain('optional_list_optindex_optional_int', [optionalOf(LIST), INT], OPTIONAL, seenTo),
    plain('map_optindex_optional_value', [MAP, K], OPTIONAL, seenTo),
    plain('optional_map_optindex_optional_value', [optionalOf(MAP), K], OPTIONAL, seenTo),
  ),
  func(
    OPERATORS.index,
    plain('optional_list_index_int', [optionalOf(LIST), INT], OPTIONAL, seenTo),
    plain('optional_map_index_value', [optionalOf(MAP), K], OPTIONAL, seenTo),
  ),
  func(
    'first',
    member('list_first', [LIST], OPTIONAL, ([list]) => at(list, 0)),
  ),
  func(
    'last',
    member('list_last', [LIST], OPTIONAL, ([list]) => at(list, list.size - 1)),
  ),
  func(
    'optional.unwrap',
    plain('optional_unwrap', [listOf(OPTIONAL)], LIST, ([list]) => unwrap(list)),
  ),
  func(
    'unwrapOpt',
    member('optional_unwrapOpt', [listOf(OPTIONAL)], LIST, ([list]) => unwrap(list)),
  ),
];
