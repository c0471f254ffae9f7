import { goText } from '../../../src/base/go-text.ts';
import { readQuantity, compareQuantities } from '../../../src/base/quantity.ts';
import { Failure } from '../failures.ts';
import { JsonPath, relaxedJsonPath } from './jsonpath.ts';

/** What `--sort-by` compares; throws where nothing has such a field. */
export function sortedBy<T>(expression: string, items: readonly T[], objectOf: (item: T) => unknown): readonly T[] {
  if (items.length < 2) return items;
  const path = new JsonPath(relaxedJsonPath(expression));
  const keyed = items.map(item => ({ item, key: path.find(objectOf(item)).flat()[0] }));
  if (keyed.every(({ key }) => key === undefined)) {
    throw new Failure(`couldn't find any field with path "${relaxedJsonPath(expression)}" in the list of objects`);
  }
  return keyed.toSorted((a, b) => compareKeys(a.key, b.key)).map(({ item }) => item);
}

function compareKeys(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [readQuantity(a), readQuantity(b)];
  if (left !== undefined && right !== undefined) return compareQuantities(left, right);
  return naturalCompare(goText(a), goText(b));
}

/** github.com/fvbommel/sortorder.NaturalLess: runs of digits count as numbers. */
function naturalCompare(a: string, b: string): number {
  const [left, right] = [a.match(/\d+|\D/g) ?? [], b.match(/\d+|\D/g) ?? []];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [x = '', y = ''] = [left[i], right[i]];
    if (x === y) continue;
    if (/^\d/.test(x) && /^\d/.test(y)) return Number(x) - Number(y) || x.length - y.length;
    return x < y ? -1 : 1;
  }
  return left.length - right.length;
}
