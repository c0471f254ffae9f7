import { isRecord, own } from '../base/is-record.ts';
import { isWideInteger } from '../base/wide-integer.ts';
import { readDate, readDuration, readTimestamp } from './cel-time.ts';
import { DYN, type CelType } from './cel-type.ts';
import {
  CelDuration,
  CelError,
  CelList,
  CelMap,
  CelOpaque,
  CelOptional,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  type CelResult,
  type CelValue,
} from './cel-value.ts';

/**
 * Reads what comes from JSON by its type. Lists and objects are read item by item as expressions ask for them; what
 * is a value already stays as it is.
 */
export function adapt(value: unknown, type: CelType): CelResult {
  if (value === null || value === undefined) return null;
  switch (type.kind) {
    case 'double':
      return typeof value === 'number' || isWideInteger(value) ? Number(value) : adaptAny(value);
    case 'bytes':
      return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : adaptAny(value);
    case 'timestamp':
      return typeof value === 'string' ? timestampIn(value, type) : adaptAny(value);
    case 'duration':
      return typeof value === 'string'
        ? (readDuration(value) ?? new CelError(`Invalid duration ${value}: time: invalid duration`))
        : adaptAny(value);
    case 'list':
      return Array.isArray(value) ? new PlainList(value, type) : adaptAny(value);
    case 'map':
      return isPlain(value) ? new PlainMap(value, type.params[1] ?? DYN) : adaptAny(value);
    case 'object':
      return isPlain(value) ? new PlainObject(value, type) : adaptAny(value);
    default:
      return adaptAny(value);
  }
}

function timestampIn(text: string, type: CelType): CelResult {
  const read = type.maxSize === DATE_SIZE ? readDate(text) : readTimestamp(text);
  return read ?? new CelError(`Invalid date-time: ${text}`);
}
/** A timestamp that is never longer than this is a date without a time. */
export const DATE_SIZE = 12;

function adaptAny(value: unknown): CelResult {
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (isWideInteger(value)) return BigInt(value.digits);
  if (Array.isArray(value)) return new PlainList(value, ANY_LIST);
  if (isCelValue(value)) return value;
  return isRecord(value) ? new PlainMap(value, DYN) : new CelError(`unsupported type conversion: ${typeof value}`);
}
const ANY_LIST: CelType = { kind: 'list', name: 'list', params: [DYN] };

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> => isRecord(value) && !isCelValue(value);

const CLASSES = [CelList, CelMap, CelOpaque, CelOptional, CelUint, CelDuration, CelTimestamp, CelTypeValue, Uint8Array];
function isCelValue(value: unknown): value is CelValue {
  if (typeof value !== 'object' || value === null) return false;
  const shape: unknown = Object.getPrototypeOf(value);
  // As objects that came from JSON are.
  if (shape === Object.prototype || shape === null) return false;
  return CLASSES.some(type => value instanceof type);
}

export class PlainList extends CelList {
  readonly #items: readonly unknown[];
  readonly type: CelType;

  constructor(items: readonly unknown[], type: CelType) {
    super(type.listKeys);
    this.#items = items;
    this.type = type;
  }

  get size(): number {
    return this.#items.length;
  }

  at(index: number): CelResult {
    return adapt(this.#items[index], this.type.params[0] ?? DYN);
  }
}

/** To list the names of very many members takes long, and expressions may ask for them again and again. */
const WIDE = 64;
const namesOfWide = new WeakMap<object, readonly string[]>();

function namesIn(members: Readonly<Record<string, unknown>>): readonly string[] {
  const known = namesOfWide.get(members);
  if (known !== undefined) return known;
  const names = Object.keys(members);
  if (names.length > WIDE) namesOfWide.set(members, names);
  return names;
}

class PlainMap extends CelMap {
  readonly #members: Readonly<Record<string, unknown>>;
  readonly #type: CelType;
  #names: readonly string[] | undefined;

  constructor(members: Readonly<Record<string, unknown>>, type: CelType) {
    super();
    this.#members = members;
    this.#type = type;
  }

  get size(): number {
    return this.keys().length;
  }

  get(key: CelValue): CelResult | undefined {
    const value = typeof key === 'string' ? own(this.#members, key) : undefined;
    return value === undefined ? undefined : adapt(value, this.#type);
  }

  keys(): readonly string[] {
    this.#names ??= namesIn(this.#members);
    return this.#names;
  }
}

/** Only what is declared is seen of it. */
class PlainObject extends CelMap {
  readonly #members: Readonly<Record<string, unknown>>;
  override readonly declared: CelType;

  constructor(members: Readonly<Record<string, unknown>>, type: CelType) {
    super();
    this.#members = members;
    this.declared = type;
  }

  get size(): number {
    return namesIn(this.#members).length;
  }

  get(key: CelValue): CelResult | undefined {
    const field = typeof key === 'string' ? this.declared.fields?.().get(key) : undefined;
    const value = field === undefined ? undefined : own(this.#members, field.property);
    return field === undefined || value === undefined ? undefined : adapt(value, field.type);
  }

  keys(): readonly string[] {
    return [...(this.declared.fields?.() ?? [])].flatMap(([name, { property }]) =>
      own(this.#members, property) === undefined ? [] : [name],
    );
  }
}
