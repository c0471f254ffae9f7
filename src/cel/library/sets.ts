import { func, plain, type CelFunction } from '../cel-function.ts';
import { BOOL, listOf, typeParam } from '../cel-type.ts';
import type { CelList, CelResult } from '../cel-value.ts';
import { placeOf } from '../equals.ts';
import { inSteps, type InSteps } from '../long-call.ts';
import type { Meter } from '../meter.ts';

const LIST_T = listOf(typeParam('T'));

/** Whether each of `parts` is in `list`. */
function* contains(list: CelList, parts: CelList, meter: Meter): InSteps<boolean> {
  for (let index = 0; index < parts.size; index += 1) if (!(yield* has(list, parts.at(index), meter))) return false;
  return true;
}

function* intersects(a: CelList, b: CelList, meter: Meter): InSteps<boolean> {
  for (let index = 0; index < a.size; index += 1) if (yield* has(b, a.at(index), meter)) return true;
  return false;
}

function* has(list: CelList, part: CelResult, meter: Meter): InSteps<boolean> {
  return (yield* placeOf(part, list, meter)) >= 0;
}

/** Lists as sets. */
export const SET_FUNCTIONS: readonly CelFunction[] = [
  func(
    'sets.contains',
    plain(
      'list_sets_contains_list',
      [LIST_T, LIST_T],
      BOOL,
      inSteps(([list, parts], meter) => contains(list, parts, meter)),
    ),
  ),
  func(
    'sets.equivalent',
    plain(
      'list_sets_equivalent_list',
      [LIST_T, LIST_T],
      BOOL,
      inSteps(function* ([a, b], meter) {
        return (yield* contains(a, b, meter)) && (yield* contains(b, a, meter));
      }),
    ),
  ),
  func(
    'sets.intersects',
    plain(
      'list_sets_intersects_list',
      [LIST_T, LIST_T],
      BOOL,
      inSteps(([a, b], meter) => intersects(a, b, meter)),
    ),
  ),
];
