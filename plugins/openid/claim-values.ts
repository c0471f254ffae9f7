import { DYN, listOf, type CelType } from '../../src/cel/cel-type.ts';
import { CelError, CelList, CelMap, type CelResult, type CelValue } from '../../src/cel/cel-value.ts';
import { unescapeName } from '../../src/cel/escape-name.ts';
import { isRecord, own } from '../../src/base/is-record.ts';

/** A claim as expressions see it. All its numbers are doubles, as Go reads JSON of which it knows no types. */
export function claimValue(value: unknown): CelResult {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (Array.isArray(value)) return new ClaimList(value);
  return isRecord(value) ? new ClaimMap(value) : new CelError(`unsupported type conversion: ${typeof value}`);
}

/** Members whose names are none that an expression can write have one they go by as well: `claims.a__dot__b`. */
export class ClaimMap extends CelMap {
  readonly #members: Readonly<Record<string, unknown>>;

  constructor(members: Readonly<Record<string, unknown>>) {
    super();
    this.#members = members;
  }

  get size(): number {
    return this.keys().length;
  }

  get(key: CelValue): CelResult | undefined {
    if (typeof key !== 'string') return undefined;
    const value = own(this.#members, unescapeName(key) ?? key);
    return value === undefined ? undefined : claimValue(value);
  }

  keys(): readonly string[] {
    return Object.keys(this.#members);
  }
}

class ClaimList extends CelList {
  readonly type: CelType = listOf(DYN);
  readonly #items: readonly unknown[];

  constructor(items: readonly unknown[]) {
    super();
    this.#items = items;
  }

  get size(): number {
    return this.#items.length;
  }

  at(index: number): CelResult {
    return claimValue(this.#items[index]);
  }
}
