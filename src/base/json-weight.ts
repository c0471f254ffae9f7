import { isRecord } from './is-record.ts';

/**
 * What values cost whoever reads them, by where they stand: plain items of lists, members of objects, each
 * member of an object that has many of them (a dictionary is dearer than a record), objects in lists. Each item of a
 * list that has many may be a member of the dictionary that says who owns what.
 */
export const ITEM_WEIGHT = 2;
export const WIDE_ITEM_WEIGHT = 20;
export const MEMBER_WEIGHT = 4;
export const WIDE_MEMBER_WEIGHT = 20;
export const LISTED_OBJECT_WEIGHT = 40;
/** Members or items beyond these make an object or list wide. */
export const WIDE = 1000;

/**
 * What a text may weigh: ten thousand objects in lists, a hundred thousand members, twenty thousand members
 * of one object or plain items of one list. A hundred times what real objects hold; more would keep others waiting
 * while it is judged.
 */
export const MAX_JSON_WEIGHT = 400_000;

/** Whether a value is heavier than `limit`; looks no further once it is. */
export function isHeavier(value: unknown, limit: number): boolean {
  let weight = 0;
  const open: unknown[] = [value];
  while (open.length > 0 && weight <= limit) {
    const next = open.pop();
    if (Array.isArray(next)) {
      for (const [index, item] of next.entries()) {
        weight += isRecord(item) ? LISTED_OBJECT_WEIGHT : index < WIDE ? ITEM_WEIGHT : WIDE_ITEM_WEIGHT;
        if (typeof item === 'object' && item !== null) open.push(item);
      }
    } else if (isRecord(next)) {
      let members = 0;
      for (const name in next) {
        weight += members++ < WIDE ? MEMBER_WEIGHT : WIDE_MEMBER_WEIGHT;
        const member = next[name];
        if (typeof member === 'object' && member !== null) open.push(member);
      }
    }
  }
  return weight > limit;
}
