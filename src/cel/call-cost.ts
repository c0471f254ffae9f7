import { CelList, CelMap, CelOpaque, CelOptional, type CelResult, type CelValue } from './cel-value.ts';
import { countCharacters } from './count-characters.ts';
import { LIST_COST, OBJECT_COST, REGEX, TRAVERSAL } from './meter.ts';

/** Characters, bytes, items or members; 1 for what has none. */
export function sizeOf(value: CelResult | undefined): number {
  if (typeof value === 'string') return countCharacters(value);
  if (value instanceof CelOptional && value.value !== undefined) return sizeOf(value.value);
  if (value instanceof CelList || value instanceof CelMap || value instanceof CelOpaque) return value.size;
  return value instanceof Uint8Array ? value.length : 1;
}

const traversal = (value: CelValue | undefined, times = 1): number => Math.ceil(sizeOf(value) * times * TRAVERSAL);
const regexCost = (text: number, pattern: number): number =>
  Math.ceil((1 + text) * TRAVERSAL) * Math.ceil(pattern * REGEX);

/** Comparing goes no further than the shorter one. */
export function equalityCost(a: CelValue, b: CelValue): number {
  if (a instanceof CelOpaque) return 1;
  if (typeof a === 'string' && typeof b === 'string') return traversal(a.length < b.length ? a : b);
  return Math.ceil(Math.min(sizeOf(a), sizeOf(b)) * TRAVERSAL);
}

type Cost = (args: readonly CelValue[], overload: string) => number;
const once: Cost = ([value]) => traversal(value);
const twice: Cost = ([value]) => traversal(value, 2);
const throughAll: Cost = ([value]) => (value === undefined ? 0 : throughout(value));
const regex: Cost = ([text, pattern]) => regexCost(sizeOf(text), sizeOf(pattern));
const one: Cost = () => 1;
const selector: Cost = ([, text]) => {
  const length = sizeOf(text);
  const requirements = Math.ceil(length * 0.5) * (LIST_COST + OBJECT_COST);
  return LIST_COST + Math.ceil(length * TRAVERSAL) + requirements;
};

/** An authorization check is as dear as only two of them can be afforded. */
const CHECK_COST = 350_000;

/** By the function's name, whichever of its forms is called. */
const BY_NAME: ReadonlyMap<string, Cost> = new Map<string, Cost>([
  ['check', () => CHECK_COST],
  ['fieldSelector', selector],
  ['labelSelector', selector],
  ...['isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'].map(name => [name, throughAll] as const),
  ...['url', 'lowerAscii', 'upperAscii', 'substring', 'trim', 'jsonpatch.escapeKey'].map(name => [name, once] as const),
  ...['cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver'].map(name => [name, once] as const),
  ['replace', twice],
  ['split', twice],
  ['ip.isCanonical', twice],
  ['join', ([list, separator]) => Math.ceil(joinedSize(list, separator) * 2 * TRAVERSAL)],
  ['find', regex],
  ['findAll', regex],
  ['ip', (args, overload) => (overload === 'cidr_ip' ? 1 : once(args, overload))],
  [
    'containsIP',
    ([cidr, other], overload) => traversal(cidr, 2) + (overload.endsWith('string') ? traversal(other) : 0),
  ],
  [
    'containsCIDR',
    ([cidr, other], overload) =>
      traversal(cidr, 2) + traversal(cidr) + 1 + (overload.endsWith('string') ? traversal(other) : 0),
  ],
  ['validate', ([format, text]) => regexCost(sizeOf(text), sizeOf(format))],
]);

const inOneList: Cost = ([list]) => LIST_COST + 1 + sizeOf(list);
/** Each item with each other. */
const withEachOther =
  (place: 0 | 1): Cost =>
  args => {
    const list = args[place];
    const size = sizeOf(list);
    const first = list instanceof CelList && size > 0 ? list.at(0) : undefined;
    const factor = typeof first === 'string' || first instanceof Uint8Array ? 2 + TRAVERSAL : 2;
    return Math.floor(size * size * factor) + 1 + LIST_COST;
  };

/** By the form that is called; what is in neither costs 1. */
const BY_OVERLOAD: ReadonlyMap<string, Cost> = new Map<string, Cost>([
  ...[
    'starts_with_string',
    'ends_with_string',
    'string_to_bytes',
    'bytes_to_string',
    'strings_quote',
    'string_format',
  ].map(id => [id, once] as const),
  ['in_list', ([, list]) => sizeOf(list)],
  ...['less', 'greater', 'less_equals', 'greater_equals'].flatMap(name =>
    ['string', 'bytes'].map(
      type => [`${name}_${type}`, ([a, b]: readonly CelValue[]) => equalityCost(a ?? null, b ?? null)] as const,
    ),
  ),
  ['add_string', ([a, b]) => Math.ceil((sizeOf(a) + sizeOf(b)) * TRAVERSAL)],
  ['add_bytes', ([a, b]) => Math.ceil((sizeOf(a) + sizeOf(b)) * TRAVERSAL)],
  ['matches_string', regex],
  ['contains_string', ([a, b]) => traversal(a) * traversal(b)],
  ['list_slice', ([list, start, end]) => LIST_COST + 1 + sliceSize(sizeOf(list), wholeOf(start), wholeOf(end))],
  ['lists_range', ([count]) => LIST_COST + 1 + Math.max(0, wholeOf(count))],
  ['list_reverse', inOneList],
  ['list_flatten', inOneList],
  ['list_flatten_int', ([list, depth]) => LIST_COST + 1 + Math.floor(sizeOf(list) * Math.max(0, wholeOf(depth)))],
  ['list_distinct', withEachOther(0)],
  ['list_sets_contains_list', ([a, b]) => 1 + sizeOf(a) * sizeOf(b)],
  ['list_sets_intersects_list', ([a, b]) => 1 + sizeOf(a) * sizeOf(b)],
  ['list_sets_equivalent_list', ([a, b]) => 1 + 2 * sizeOf(a) * sizeOf(b)],
]);

const listOverload = (overload: string): Cost | undefined =>
  /^list_\w+_sort$/.test(overload)
    ? withEachOther(0)
    : /^list_\w+_sortByAssociatedKeys$/.test(overload)
      ? withEachOther(1)
      : undefined;

/** What cannot be sliced so is an error, of size 1. */
const sliceSize = (size: number, start: number, end: number): number =>
  start < 0 || start > end || end > size ? 1 : end - start;

const wholeOf = (value: CelValue | undefined): number => (typeof value === 'bigint' ? Number(value) : 0);

/** What calls of one form cost, told from their arguments and hence before they are made. */
export function costOfCalls(name: string, overload: string): (args: readonly CelValue[]) => number {
  const cost = BY_OVERLOAD.get(overload) ?? BY_NAME.get(name) ?? listOverload(overload) ?? one;
  return args => cost(args, overload);
}

/** All that is in a value, however deep: texts by their length. */
function throughout(value: CelResult): number {
  if (typeof value === 'string') return Math.floor(Buffer.byteLength(value) * TRAVERSAL);
  if (value instanceof Uint8Array) return Math.floor(value.length * TRAVERSAL);
  let cost = 0;
  if (value instanceof CelList) for (const item of value) cost += throughout(item);
  else if (value instanceof CelMap)
    for (const key of value.keys()) cost += throughout(key) + throughout(value.get(key) ?? null);
  else return 1;
  return cost;
}

function joinedSize(list: CelValue | undefined, separator: CelValue | undefined): number {
  if (!(list instanceof CelList)) return 1;
  let size = Math.max(0, list.size - 1) * (typeof separator === 'string' ? separator.length : 0);
  for (const item of list) size += sizeOf(item);
  return size;
}
