import { func, plain, type CelFunction } from '../cel-function.ts';
import { BOOL, listOf, typeParam } from '../cel-type.ts';
import type { CelList } from '../cel-value.ts';
import { isEqual } from '../equals.ts';
import type { Meter } from '../meter.ts';

const LIST_T = listOf(typeParam('T'));

/** Whether each of `parts` is in `list`. */
const contains = (list: CelList, parts: CelList, meter: Meter): boolean =>
  [...parts].every(part => has(list, part, meter));

function has(list: CelList, part: Parameters<typeof isEqual>[0], meter: Meter): boolean {
  for (const item of list) {
    meter.step(1);
    if (isEqual(item, part, meter) === true) return true;
  }
  return false;
}

/** Lists as sets. */
export const SET_FUNCTIONS: readonly CelFunction[] = [
  func(
    'sets.contains',
    plain('list_sets_contains_list', [LIST_T, LIST_T], BOOL, ([list, parts], meter) => contains(list, parts, meter)),
  ),
  func(
    'sets.equivalent',
    plain(
      'list_sets_equivalent_list',
      [LIST_T, LIST_T],
      BOOL,
      ([a, b], meter) => contains(a, b, meter) && contains(b, a, meter),
    ),
  ),
  func(
    'sets.intersects',
    plain('list_sets_intersects_list', [LIST_T, LIST_T], BOOL, ([a, b], meter) =>
      [...a].some(item => has(b, item, meter)),
    ),
  ),
];
