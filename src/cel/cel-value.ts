import type { CelType } from './type-shape.ts';

/**
 * A value while an expression is evaluated. Integers are `bigint`, doubles are `number`: what comes from JSON is
 * read by its type (`adapt.ts`).
 */
export type CelValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | CelUint
  | CelDuration
  | CelTimestamp
  | CelList
  | CelMap
  | CelOptional
  | CelTypeValue
  | CelOpaque;

/** What evaluation comes to: errors are values too, until an operator absorbs them or they are the result. */
export type CelResult = CelValue | CelError;

export class CelError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

export class CelUint {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

export class CelDuration {
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

/** Since 1970, in UTC. */
export class CelTimestamp {
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

export class CelTypeValue {
  readonly type: CelType;

  constructor(type: CelType) {
    this.type = type;
  }
}

export class CelOptional {
  readonly value: CelValue | undefined;

  constructor(value: CelValue | undefined) {
    this.value = value;
  }
}
export const NONE = new CelOptional(undefined);

/** Values of a library's own type. */
export abstract class CelOpaque {
  abstract readonly type: CelType;
  abstract equals(other: CelOpaque): boolean;
  /** What it costs to go through it, in characters. */
  get size(): number {
    return 1;
  }
}

export abstract class CelList {
  abstract readonly size: number;
  /** `index` is within the list. */
  abstract at(index: number): CelResult;
  /** How it is merged and compared, where not item by item. */
  readonly keys: CelType['listKeys'] | undefined;

  constructor(keys?: CelType['listKeys']) {
    this.keys = keys;
  }

  *[Symbol.iterator](): IterableIterator<CelResult> {
    for (let index = 0; index < this.size; index += 1) yield this.at(index);
  }
}

export abstract class CelMap {
  abstract readonly size: number;
  abstract get(key: CelValue): CelResult | undefined;
  abstract keys(): readonly CelValue[];
  has(key: CelValue): boolean {
    return this.get(key) !== undefined;
  }
  /** Of an object whose type is declared; a map has none. */
  readonly declared?: CelType;
}
