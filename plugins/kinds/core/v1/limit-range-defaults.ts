import type { LimitRangeItem } from './limit-range-spec.ts';
import type { ResourceList } from './resource-list.ts';

/** Of containers what is left out follows: the limit from the most there may be, the request from limit, then least. */
export function withLimitRangeDefaults(item: LimitRangeItem): LimitRangeItem {
  if (item.type !== 'Container') return item;
  const limits = filledIn(item.default ?? {}, item.max);
  const requests = filledIn(filledIn(item.defaultRequest ?? {}, limits), item.min);
  const isSame =
    countOf(limits) === countOf(item.default ?? {}) && countOf(requests) === countOf(item.defaultRequest ?? {});
  if (isSame) return item;
  return {
    ...item,
    ...(countOf(limits) === 0 ? {} : { default: limits }),
    ...(countOf(requests) === 0 ? {} : { defaultRequest: requests }),
  };
}

const filledIn = (given: ResourceList, more: ResourceList = {}): ResourceList => ({ ...more, ...given });

const countOf = (amounts: ResourceList): number => Object.keys(amounts).length;
