/** A type of the Common Expression Language, as its checker sees it. */
export interface CelType {
  readonly kind: CelKind;
  /** Of an `object` or `opaque` type, or of a type parameter; for the others as messages print it. */
  readonly name: string;
  /** Item of a list, key and value of a map, what an opaque type holds. */
  readonly params: readonly CelType[];
  /** Members of an `object` by the name that expressions use; made when first asked for. */
  readonly fields?: () => CelFields;
  /** Most characters, items or members that a value can have. */
  readonly maxSize?: number;
  /** How a list is merged and compared, where not item by item. */
  readonly listKeys?: readonly string[] | 'set';
}

/** Members by name. */
export interface CelFields extends Iterable<readonly [string, CelField]> {
  get(name: string): CelField | undefined;
}

export interface CelField {
  readonly type: CelType;
  /** Name in the object, where expressions use an escaped one. */
  readonly property: string;
}

export type CelKind =
  | 'dyn'
  | 'error'
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'duration'
  | 'timestamp'
  | 'type'
  | 'list'
  | 'map'
  | 'object'
  | 'opaque'
  | 'param';
