import { isRecord } from '../base/is-record.ts';
import { canonicalQuantity, QuantityError } from '../base/quantity.ts';
import { setMember } from '../base/set-member.ts';
import { formatMicroTime, formatTime, parseTimestamp } from '../base/timestamp.ts';
import { compiled } from './compiled.ts';
import { propsOf } from './props-of.ts';
import type { ListNode, MapNode, Node, ObjectNode } from './schema.ts';
import { ZERO } from './zero-value.ts';

/**
 * `value` as it is stored: defaults filled in, `null` and (where the schema says so) empty values gone,
 * quantities and times in canonical form; done again, it changes nothing. Shares all that it does not change, never
 * changes its argument, and leaves values of a wrong type and unknown fields as they are: others judge those. Where
 * `value` shares parts with `settled`, which was answered here before for the same node, those are not gone through
 * again.
 */
export function applyDefaults(node: Node, value: unknown, settled?: unknown): unknown {
  return settlerOf(node).member(value, settled);
}

interface Settler {
  /** What stands where nothing does, or nothing that counts; a function since most schemas are never asked. */
  absent(this: void): unknown;
  readonly isFilled: boolean;
  /** As a member of an object. */
  member(this: void, value: unknown, settled: unknown): unknown;
  /** As an item of a list or map, where there is no absence: `null` is the zero value. */
  item(this: void, value: unknown, settled: unknown): unknown;
}

type Settle = (value: unknown, settled: unknown) => unknown;

const settlerOf = compiled((node: Node): Settler => {
  const { meta } = node;
  const canonical = canonicalOf(node);
  const isZero = meta.default === undefined && isLeftEmpty(node);
  let filled: { readonly value: unknown } | undefined;
  const absent = (): unknown => {
    filled ??= { value: isZero ? EMPTY[node.kind] : canonical(meta.default, undefined) };
    return filled.value;
  };
  const empty = EMPTY[node.kind];
  const dropsEmpty = meta.omitEmpty === true;
  return {
    absent,
    isFilled: isZero || meta.default !== undefined,
    member: (value, settled) => {
      if (value === undefined || value === null || (dropsEmpty && isEmpty(value))) return absent();
      const after = canonical(value, settled);
      return dropsEmpty && after !== value && isEmpty(after) ? absent() : after;
    },
    item: (value, settled) =>
      value === null && node.kind !== 'json' ? canonical(empty, undefined) : canonical(value, settled),
  };
});

/** What is required and left out reads as empty, as in Go, so that rules can rely on it; validation refuses it. */
const isLeftEmpty = ({ kind, meta }: Node): boolean =>
  (kind === 'string' || kind === 'list' || kind === 'map') && meta.optional !== true;

function canonicalOf(node: Node): Settle {
  switch (node.kind) {
    case 'object':
      return objectSettle(node);
    case 'map':
      return mapSettle(node);
    case 'list':
      return listSettle(node);
    case 'quantity':
      return quantityOf;
    case 'time':
    case 'microTime':
      return timeSettle(node.kind);
    default:
      return same;
  }
}

const same: Settle = value => value;

interface Members {
  readonly known: ReadonlyMap<string, Settler>;
  /** Those that are there even where nobody sets them. */
  readonly filled: readonly (readonly [string, Settler])[];
}

function objectSettle(node: ObjectNode): Settle {
  let members: Members | undefined;
  return (value, settled) => {
    if (value === settled || !isRecord(value)) return value;
    members ??= membersOf(node);
    const before = isRecord(settled) ? settled : NOTHING;
    let result: Record<string, unknown> | undefined;
    for (const name of Object.keys(value)) {
      const settler = members.known.get(name);
      if (settler === undefined) continue;
      const part = value[name];
      const after = settler.member(part, before[name]);
      if (after === part) continue;
      result ??= { ...value };
      if (after === undefined) delete result[name];
      else result[name] = after;
    }
    for (const [name, settler] of members.filled) {
      if (!Object.hasOwn(value, name)) setMember((result ??= { ...value }), name, settler.absent());
    }
    return result ?? value;
  };
}

const NOTHING: Readonly<Record<string, unknown>> = Object.freeze({});

function membersOf(node: ObjectNode): Members {
  const known = new Map(propsOf(node).map(([name, prop]) => [name, settlerOf(prop)]));
  return { known, filled: [...known].filter(([, { isFilled }]) => isFilled) };
}

function mapSettle({ value: node }: MapNode): Settle {
  const { item } = settlerOf(node);
  return (value, settled) => {
    if (value === settled || !isRecord(value)) return value;
    const known = isRecord(settled) ? settled : NOTHING;
    let result: Record<string, unknown> | undefined;
    for (const key of Object.keys(value)) {
      const before = value[key];
      const after = item(before, known[key]);
      if (after !== before) (result ??= { ...value })[key] = after;
    }
    return result ?? value;
  };
}

function listSettle({ item: node }: ListNode): Settle {
  const { item } = settlerOf(node);
  return (value, settled) => {
    if (value === settled || !Array.isArray(value)) return value;
    const source: readonly unknown[] = value;
    const known: readonly unknown[] = Array.isArray(settled) ? settled : NO_ITEMS;
    let result: unknown[] | undefined;
    for (let index = 0; index < source.length; index++) {
      const before = source[index];
      const after = item(before, known[index]);
      if (after !== before) (result ??= [...source])[index] = after;
    }
    return result ?? source;
  };
}

const NO_ITEMS: readonly unknown[] = Object.freeze([]);

const EMPTY: Readonly<Record<Node['kind'], unknown>> = {
  ...ZERO,
  bytes: '',
  object: Object.freeze({}),
  map: Object.freeze({}),
  list: Object.freeze([]),
};

function quantityOf(value: unknown, settled: unknown): unknown {
  if (value === settled || (typeof value !== 'string' && typeof value !== 'number')) return value;
  try {
    return canonicalQuantity(String(value));
  } catch (error) {
    if (error instanceof QuantityError) return value;
    throw error;
  }
}

function timeSettle(kind: 'time' | 'microTime'): Settle {
  /** Most times that are written are of one moment, and canonical; a text as given might hold on to a whole body. */
  let latest = '';
  return (value, settled) => {
    if (value === settled || value === latest || typeof value !== 'string') return value;
    const moment = parseTimestamp(value);
    if (moment === undefined) return value;
    latest = kind === 'time' ? formatTime(moment) : formatMicroTime(moment);
    return latest;
  };
}

function isEmpty(value: unknown): boolean {
  if (value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}
