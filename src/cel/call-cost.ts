import { CelList, CelMap, CelOpaque, CelOptional, type CelResult, type CelValue } from './cel-value.ts';
import { countCharacters } from './count-characters.ts';
import { CHARACTERS_A_STEP, LIST_COST, OBJECT_COST, REGEX, TRAVERSAL, type Meter } from './meter.ts';

/** Characters, bytes, items or members; 1 for what has none. Counts what it takes to tell, which no cost may tell of. */
function sizeOf(value: CelResult | undefined, meter: Meter): number {
  if (typeof value === 'string') {
    meter.step(value.length / CHARACTERS_A_STEP);
    return countCharacters(value);
  }
  if (value instanceof CelOptional && value.value !== undefined) return sizeOf(value.value, meter);
  if (value instanceof CelList || value instanceof CelMap || value instanceof CelOpaque) return value.size;
  return value instanceof Uint8Array ? value.length : 1;
}

const traversal = (value: CelValue | undefined, meter: Meter, times = 1): number =>
  Math.ceil(sizeOf(value, meter) * times * TRAVERSAL);
const regexCost = (text: number, pattern: number): number =>
  Math.ceil((1 + text) * TRAVERSAL) * Math.ceil(pattern * REGEX);

/** Comparing goes no further than the shorter one. */
export function equalityCost(a: CelValue, b: CelValue, meter: Meter): number {
  if (a instanceof CelOpaque) return 1;
  if (typeof a === 'string' && typeof b === 'string') return traversal(a.length < b.length ? a : b, meter);
  return Math.ceil(Math.min(sizeOf(a, meter), sizeOf(b, meter)) * TRAVERSAL);
}

type Cost = (args: readonly CelValue[], meter: Meter, overload: string) => number;
const once: Cost = ([value], meter) => traversal(value, meter);
const twice: Cost = ([value], meter) => traversal(value, meter, 2);
const throughAll: Cost = ([value], meter) => (value === undefined ? 0 : throughout(value, meter));
const regex: Cost = ([text, pattern], meter) => regexCost(sizeOf(text, meter), sizeOf(pattern, meter));
const one: Cost = () => 1;
const selector: Cost = ([, text], meter) => {
  const length = sizeOf(text, meter);
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
  ['join', ([list, separator], meter) => Math.ceil(joinedSize(list, separator, meter) * 2 * TRAVERSAL)],
  ['find', regex],
  ['findAll', regex],
  ['ip', (args, meter, overload) => (overload === 'cidr_ip' ? 1 : once(args, meter, overload))],
  [
    'containsIP',
    ([cidr, other], meter, overload) =>
      traversal(cidr, meter, 2) + (overload.endsWith('string') ? traversal(other, meter) : 0),
  ],
  [
    'containsCIDR',
    ([cidr, other], meter, overload) =>
      traversal(cidr, meter, 2) +
      traversal(cidr, meter) +
      1 +
      (overload.endsWith('string') ? traversal(other, meter) : 0),
  ],
  ['validate', ([format, text], meter) => regexCost(sizeOf(text, meter), sizeOf(format, meter))],
]);

const inOneList: Cost = ([list], meter) => LIST_COST + 1 + sizeOf(list, meter);
/** Each item with each other. */
const withEachOther =
  (place: 0 | 1): Cost =>
  (args, meter) => {
    const list = args[place];
    const size = sizeOf(list, meter);
    const first = list instanceof CelList && size > 0 ? list.at(0) : undefined;
    const factor = typeof first === 'string' || first instanceof Uint8Array ? 2 + TRAVERSAL : 2;
    return Math.floor(size * size * factor) + 1 + LIST_COST;
  };

const bothOnce: Cost = ([a, b], meter) => Math.ceil((sizeOf(a, meter) + sizeOf(b, meter)) * TRAVERSAL);

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
  ['in_list', ([, list], meter) => sizeOf(list, meter)],
  ...['less', 'greater', 'less_equals', 'greater_equals'].flatMap(name =>
    ['string', 'bytes'].map(
      type =>
        [
          `${name}_${type}`,
          ([a, b]: readonly CelValue[], meter: Meter) => equalityCost(a ?? null, b ?? null, meter),
        ] as const,
    ),
  ),
  ['add_string', bothOnce],
  ['add_bytes', bothOnce],
  ['matches_string', regex],
  ['contains_string', ([a, b], meter) => traversal(a, meter) * traversal(b, meter)],
  [
    'list_slice',
    ([list, start, end], meter) => LIST_COST + 1 + sliceSize(sizeOf(list, meter), wholeOf(start), wholeOf(end)),
  ],
  ['lists_range', ([count]) => LIST_COST + 1 + Math.max(0, wholeOf(count))],
  ['list_reverse', inOneList],
  ['list_flatten', inOneList],
  [
    'list_flatten_int',
    ([list, depth], meter) => LIST_COST + 1 + Math.floor(sizeOf(list, meter) * Math.max(0, wholeOf(depth))),
  ],
  ['list_distinct', withEachOther(0)],
  ['list_sets_contains_list', ([a, b], meter) => 1 + sizeOf(a, meter) * sizeOf(b, meter)],
  ['list_sets_intersects_list', ([a, b], meter) => 1 + sizeOf(a, meter) * sizeOf(b, meter)],
  ['list_sets_equivalent_list', ([a, b], meter) => 1 + 2 * sizeOf(a, meter) * sizeOf(b, meter)],
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
export function costOfCalls(name: string, overload: string): (args: readonly CelValue[], meter: Meter) => number {
  const cost = BY_OVERLOAD.get(overload) ?? BY_NAME.get(name) ?? listOverload(overload) ?? one;
  if (!SLOW.has(name)) return (args, meter) => cost(args, meter, overload);
  return (args, meter) => {
    meter.strain(SLOW_STRAIN);
    return cost(args, meter, overload);
  };
}

/** Their cost is that of a short text, and reading it takes longer. */
const SLOW = new Set(
  (
    'semver isSemver url isURL getQuery quantity isQuantity timestamp duration format string matches find validate ' +
    'compareTo isLessThan isGreaterThan bytes'
  ).split(' '),
);
const SLOW_STRAIN = 10;

/** All that is in a value, however deep: texts by their length. */
function throughout(value: CelResult, meter: Meter): number {
  if (typeof value === 'string') return Math.floor(Buffer.byteLength(value) * TRAVERSAL);
  if (value instanceof Uint8Array) return Math.floor(value.length * TRAVERSAL);
  let cost = 0;
  if (value instanceof CelList) {
    for (let index = 0; index < value.size; index += 1) cost += throughPart(value.at(index), meter);
  } else if (value instanceof CelMap) {
    for (const key of value.keys()) cost += throughPart(key, meter) + throughPart(value.get(key) ?? null, meter);
  } else return 1;
  return cost;
}

/** Short texts and empty lists cost nothing, and are looked at all the same. */
function throughPart(value: CelResult, meter: Meter): number {
  const cost = throughout(value, meter);
  if (cost === 0) meter.step(FREE_PART);
  return cost;
}
const FREE_PART = 0.25;

function joinedSize(list: CelValue | undefined, separator: CelValue | undefined, meter: Meter): number {
  if (!(list instanceof CelList)) return 1;
  let size = Math.max(0, list.size - 1) * (typeof separator === 'string' ? separator.length : 0);
  for (let index = 0; index < list.size; index += 1) size += sizeOf(list.at(index), meter);
  meter.strain(list.size * FREE_PART);
  return size;
}
