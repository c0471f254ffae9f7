import { isSameType, type CelType } from './cel-type.ts';
import type { CelValue } from './cel-value.ts';
import { ANY_SIZE, ONE, UNBOUNDED, add, fixed, multiply, scaled, union, type Range } from './cost-range.ts';
import { LIST_COST, OBJECT_COST, REGEX, TRAVERSAL } from './meter.ts';

/** What is known of an operand of a call. */
export interface Operand {
  readonly type: CelType;
  readonly size: Range | undefined;
  /** Declared type of its items. */
  readonly items: CelType | undefined;
  readonly literal: CelValue | undefined;
}

export interface CallEstimate {
  readonly cost: Range;
  /** Of what it comes to, where that has one. */
  readonly size?: Range | undefined;
}

interface CallForm {
  readonly name: string;
  readonly id: string;
  readonly target: Operand | undefined;
  readonly args: readonly Operand[];
  /** What it costs to come to the arguments. */
  readonly costs: readonly Range[];
}

const sizeOf = (operand: Operand | undefined): Range => operand?.size ?? ANY_SIZE;
const traversal = (size: Range, times = 1): Range => scaled(size, times * TRAVERSAL);
const regexCost = (text: Range, pattern: Range): Range => multiply(traversal(add(text, ONE)), scaled(pattern, REGEX));

/** One form of a function, arguments included. */
export function estimateCall(call: CallForm): CallEstimate {
  const { id, args, costs } = call;
  const [first, second] = [sizeOf(args[0]), sizeOf(args[1])];
  const withArgs = (cost: Range, size?: Range): CallEstimate => ({ cost: add(cost, ...costs), size });
  const known = listEstimate(call) ?? BY_NAME.get(call.name)?.(call);
  if (known !== undefined) return withArgs(known.cost, known.size);
  switch (id) {
    case 'logical_and':
    case 'logical_or':
      return { cost: { min: costs[0]?.min ?? 0, max: add(...costs).max } };
    case 'conditional':
      return {
        cost: add(costs[0] ?? ONE, union(costs[1] ?? ONE, costs[2] ?? ONE)),
        size: union(second, sizeOf(args[2])),
      };
    case 'string_format':
      return withArgs(traversal(sizeOf(call.target)));
    case 'string_to_bytes':
      return withArgs(traversal(first), { min: first.min, max: Math.min(first.max * 4, UNBOUNDED) });
    case 'bytes_to_string':
      return withArgs(traversal(first), { min: Math.floor(first.min / 4), max: first.max });
    case 'strings_quote':
      return withArgs(traversal(first), { min: first.min + 2, max: Math.min(first.max * 2 + 2, UNBOUNDED) });
    case 'starts_with_string':
    case 'ends_with_string':
      return withArgs(traversal(first));
    case 'in_list':
      return withArgs(second);
    case 'matches_string':
      return withArgs(regexCost(sizeOf(call.target), first));
    case 'contains_string':
      return withArgs(multiply(traversal(sizeOf(call.target)), traversal(first)));
    case 'add_list':
      return withArgs(ONE, add(first, second));
    case 'add_string':
    case 'add_bytes':
      return withArgs(traversal(add(first, second)), add(first, second));
    default:
      return withArgs(COMPARED.has(id) ? comparison(call) : ONE);
  }
}

const COMPARED = new Set([
  'equals',
  'not_equals',
  ...['less', 'greater', 'less_equals', 'greater_equals'].flatMap(name => [`${name}_string`, `${name}_bytes`]),
]);

const FIXED_EQUALITY = new Set([
  'net.IP',
  'net.CIDR',
  'kubernetes.Quantity',
  'kubernetes.Semver',
  ...['Authorizer', 'PathCheck', 'GroupCheck', 'ResourceCheck', 'Decision'].map(
    name => `kubernetes.authorization.${name}`,
  ),
]);
const MAX_FORMAT = 64;

function comparison({ id, args: [left, right] }: CallForm): Range {
  if (id === 'equals' && left !== undefined && right !== undefined && isSameType(left.type, right.type)) {
    const { name } = left.type;
    if (FIXED_EQUALITY.has(name)) return ONE;
    if (name === 'kubernetes.NamedFormat') return traversal({ min: 1, max: MAX_FORMAT });
    if (name === 'kubernetes.URL') return traversal({ min: 1, max: right.size?.max ?? 1 });
  }
  const max = Math.min(sizeOf(left).max, sizeOf(right).max);
  return traversal({ min: max > 0 ? 1 : 0, max });
}

type Estimate = (call: CallForm) => CallEstimate | undefined;

const one: Estimate = () => ({ cost: ONE });
const throughFirst: Estimate = ({ args: [text] }) => ({ cost: traversal(sizeOf(text)) });
const throughTarget: Estimate = ({ target }) => target && { cost: traversal(sizeOf(target)), size: sizeOf(target) };
const CHECK = fixed(350_000);
const ADDRESS: Range = { min: 4, max: 16 };
const MAX_NAME_REGEX = 128;

/** Each item compared, texts by their length. */
const throughItems: Estimate = ({ target }) => {
  if (target === undefined) return undefined;
  const [item] = target.type.params;
  if (item === undefined) return { cost: traversal(sizeOf(target)) };
  const isText = item.kind === 'string' || item.kind === 'bytes';
  const each = isText ? add(ONE, traversal(itemSize(target))) : ONE;
  return { cost: multiply(sizeOf(target), each) };
};

const itemSize = ({ items }: Operand): Range =>
  items?.maxSize === undefined ? ANY_SIZE : { min: 0, max: items.maxSize };

const selector: Estimate = ({ args: [text] }) => {
  const length = sizeOf(text);
  const requirements = scaled(scaled(length, 0.5), LIST_COST + OBJECT_COST);
  return { cost: add(fixed(LIST_COST), traversal(length), requirements) };
};

const inRange =
  (perAddress: Range, stringForm: string): Estimate =>
  ({ id, args: [other] }) => ({ cost: id === stringForm ? add(perAddress, traversal(sizeOf(other))) : perAddress });
const TWO_ADDRESSES = traversal(add(ADDRESS, ADDRESS));

const replaced: Estimate = ({ target, args: [old, by] }) => {
  if (target === undefined || by === undefined) return undefined;
  const [text, from, to] = [sizeOf(target), sizeOf(old), sizeOf(by)];
  const longest = { count: 0, kept: 0 };
  if (from.min === 0) Object.assign(longest, { count: Math.min(text.max + 1, UNBOUNDED), kept: text.max });
  else if (to.max <= from.min) longest.kept = text.max;
  else longest.count = Math.ceil(text.max / from.min);
  const shortest = { count: 0, kept: 0 };
  if (from.max === 0) Object.assign(shortest, { count: text.min + 1, kept: text.min });
  else if (from.max <= to.min) shortest.kept = text.min;
  else shortest.count = Math.ceil(text.min / from.max);
  const size = add(multiply({ min: shortest.count, max: longest.count }, to), {
    min: shortest.kept,
    max: longest.kept,
  });
  return { cost: traversal(text, 2), size };
};

const split: Estimate = ({ target, args: [, limit] }) => {
  if (target === undefined) return undefined;
  const max = typeof limit?.literal === 'bigint' ? Number(BigInt.asUintN(64, limit.literal)) : sizeOf(target).max;
  return { cost: traversal(sizeOf(target), 2), size: { min: 0, max } };
};

const joined: Estimate = ({ target, args: [separator] }) => {
  if (target === undefined) return undefined;
  const list = sizeOf(target);
  const items = multiply(list, itemSize(target));
  const gaps = { min: Math.max(0, list.min - 1), max: Math.max(0, list.max - 1) };
  const size = separator === undefined ? items : add(items, multiply(sizeOf(separator), gaps));
  return { cost: traversal(size), size };
};

const found: Estimate = ({ target, args: [pattern] }) =>
  target && {
    cost: regexCost(sizeOf(target), sizeOf(pattern)),
    size: { min: 0, max: sizeOf(target).max },
  };

const names = (estimate: Estimate, ...of: readonly string[]): readonly (readonly [string, Estimate])[] =>
  of.map(name => [name, estimate] as const);

const BY_NAME: ReadonlyMap<string, Estimate> = new Map<string, Estimate>([
  ['check', () => ({ cost: CHECK })],
  ...names(one, 'serviceAccount', 'path', 'group', 'resource', 'subresource', 'namespace', 'name'),
  ...names(one, 'allowed', 'reason', 'error', 'errored', 'format.named'),
  ...names(selector, 'fieldSelector', 'labelSelector'),
  ...names(throughItems, 'isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'),
  ['url', ({ args: [text] }) => ({ cost: traversal(sizeOf(text)), size: sizeOf(text) })],
  ...names(throughTarget, 'lowerAscii', 'upperAscii', 'substring', 'trim'),
  ['replace', replaced],
  ['split', split],
  ['join', joined],
  ...names(found, 'find', 'findAll'),
  ...names(throughFirst, 'cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver'),
  ['ip', call => (call.id === 'cidr_ip' ? { cost: ONE } : throughFirst(call))],
  ['ip.isCanonical', ({ args: [text] }) => ({ cost: traversal(sizeOf(text), 2) })],
  ['containsIP', inRange(TWO_ADDRESSES, 'cidr_contains_ip_string')],
  ['containsCIDR', inRange(add(TWO_ADDRESSES, traversal(ADDRESS), ONE), 'cidr_contains_cidr_string')],
  ['validate', ({ args: [text] }) => ({ cost: scaled(traversal(sizeOf(text)), MAX_NAME_REGEX * REGEX) })],
]);

/** Of functions that make lists, by their form. */
function listEstimate({ id, target, args }: CallForm): CallEstimate | undefined {
  const allocating = (factor: number, size: Range): CallEstimate => ({
    cost: add(scaled(size, factor), ONE, fixed(LIST_COST)),
    size,
  });
  const [first, second] = args;
  switch (id) {
    case 'list_slice': {
      const end = wholeOf(second, sizeOf(target).max);
      const count = end - wholeOf(first, 0);
      // What is wrong is as dear as can be.
      return allocating(1, fixed(count < 0 ? UNBOUNDED : count));
    }
    case 'lists_range':
      return allocating(1, fixed(wholeOf(first, UNBOUNDED)));
    case 'list_reverse':
    case 'list_flatten':
      return allocating(1, sizeOf(target));
    case 'list_flatten_int':
      return allocating(wholeOf(first, UNBOUNDED), sizeOf(target));
    case 'list_distinct':
      return allocating(2, multiply(sizeOf(target), sizeOf(target)));
    case 'list_sets_contains_list':
    case 'list_sets_intersects_list':
      return { cost: add(multiply(sizeOf(first), sizeOf(second)), ONE) };
    case 'list_sets_equivalent_list':
      return { cost: add(scaled(multiply(sizeOf(first), sizeOf(second)), 2), ONE) };
    default: {
      const [, type, by] = /^list_(\S+)_sort(ByAssociatedKeys)?$/.exec(id) ?? [];
      if (type === undefined) return undefined;
      const size = sizeOf(by === undefined ? target : first);
      return allocating(type === 'string' || type === 'bytes' ? 2 + TRAVERSAL : 2, multiply(size, size));
    }
  }
}

function wholeOf(operand: Operand | undefined, otherwise: number): number {
  return typeof operand?.literal === 'bigint' ? Math.max(0, Number(operand.literal)) : otherwise;
}
