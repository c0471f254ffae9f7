/**
 * A schema is plain frozen data (`node`) plus two phantom types: what a client may send (`In`) and what
 * is stored once defaults are applied (`Out`). Everything else - defaulting, validation, pruning, OpenAPI,
 * merge keys, apply, protobuf - is an interpreter over `node`, one file each; what every object passes through is
 * compiled once a node and then run (`compiled.ts`).
 */
export type Node = ScalarNode | ListNode | MapNode | ObjectNode;

export interface ScalarNode {
  readonly kind: ScalarKind;
  readonly meta: Meta;
}
/**
 * `quantity`, `time`, `microTime`, `duration` and `bytes` are strings in JSON and messages or bytes in
 * protobuf; `intOrString` is either in JSON; `json` is any JSON value, kept as it is.
 */
export type ScalarKind =
  | 'string'
  | 'int32'
  | 'int64'
  | 'double'
  | 'boolean'
  | 'quantity'
  | 'time'
  | 'microTime'
  | 'duration'
  | 'intOrString'
  | 'bytes'
  | 'json';

export interface ListNode {
  readonly kind: 'list';
  readonly item: Node;
  readonly meta: Meta;
}
export interface MapNode {
  readonly kind: 'map';
  readonly value: Node;
  readonly meta: Meta;
}
export interface ObjectNode {
  readonly kind: 'object';
  readonly props: Readonly<Record<string, Node>>;
  readonly meta: Meta;
}

export interface Meta {
  readonly doc?: string;
  /** What the named object means wherever it is used, where `doc` is about one use. */
  readonly typeDoc?: string;
  /** OpenAPI component name, `io.k8s.api.core.v1.PodSpec`; on objects only. */
  readonly name?: string;
  readonly optional?: true;
  /** An empty value (`''`, `0`, `false`, `[]`, `{}`) is dropped, as Go's `omitempty` does; without it, it is kept. */
  readonly omitEmpty?: true;
  /** Listed as required by OpenAPI although a zero value stands in for it. */
  readonly required?: true;
  /** `null` is accepted and means unset. */
  readonly default?: unknown;
  /** The default that OpenAPI 3 tells, where it is another than the node's shape says; `null`: none. */
  readonly tells?: string | number | boolean | null;
  /** There before anything is set, and not by a default alone: a Go struct that is no pointer. */
  readonly struct?: true;
  readonly min?: number;
  readonly max?: number;
  readonly enum?: readonly string[];
  /** What OpenAPI lists in place of `enum`; nothing where it is empty. */
  readonly choices?: readonly string[];
  /** Whether it is there and what it holds is judged by a rule of the kind alone; `enum` only tells. */
  readonly byRule?: true;
  /** May not change once set. */
  readonly immutable?: true;
  /** Keys of an associative list (`x-kubernetes-list-type: map`). */
  readonly listMapKeys?: readonly string[];
  /** `x-kubernetes-list-type: set`. A list with neither is atomic. */
  readonly listSet?: true;
  /** OpenAPI does not say how the list is merged. */
  readonly plain?: true;
  /** Strategic merge key where it differs from `listMapKeys[0]`; `null` where the list is replaced. */
  readonly patchKey?: string | null;
  /** Strategic merge strategy `retainKeys`. */
  readonly retainKeys?: true;
  /** Strategic merge strategy `replace` of an object or map: a patch brings it as a whole. */
  readonly replaced?: true;
  /** OpenAPI tells of one value how apply takes it: `x-kubernetes-list-type: atomic` of bytes. */
  readonly bytesAsList?: true;
  /** OpenAPI lists what is required as the fields are declared here, not by their numbers, which most of Go's structs follow. */
  readonly listedByProps?: true;
  /** Of an object, the fields of which one at most is set. */
  readonly union?: Union;
  /** `x-kubernetes-map-type: atomic`: apply owns the whole object. */
  readonly atomic?: true;
  /** Where it is used so, its members are owned one by one, although elsewhere they are not. */
  readonly granular?: true;
  /** Members that it does not know are applied and kept as they are. */
  readonly open?: true;
  /** Protobuf field number within the enclosing message. */
  readonly field?: number;
  /** Go's name of the struct within this one that JSON does not show; errors about types tell it. */
  readonly within?: string;
  /** Protobuf: sits in a message of its own at this number of the enclosing one, and so on; JSON knows nothing of them. */
  readonly embed?: readonly number[];
  /** Any JSON, and on the protobuf wire a message of which one field is set, the first of these where several are. */
  readonly alternatives?: readonly Alternative[];
  /** The named component says nothing of its type. */
  readonly anyType?: true;
  /** Wrapped in a message of its own on the protobuf wire: a list or map as `items = 1`. */
  readonly wrapped?: true;
}

/** OpenAPI's `x-kubernetes-unions`: the field that tells which one is set, and by each field its name in Go. */
export interface Union {
  readonly discriminator?: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A field of a message that stands for one value. */
export interface Alternative {
  readonly field: number;
  readonly node: Node;
}

declare const IN: unique symbol;
declare const OUT: unique symbol;

export class Schema<Out, In = Out> {
  declare readonly [OUT]: Out;
  declare readonly [IN]: In;
  readonly node: Node;

  constructor(node: Node) {
    this.node = Object.freeze({ ...node, meta: Object.freeze(node.meta) });
  }

  /** Protobuf field number within the enclosing object. */
  at(field: number): this {
    return this.#with<Out, In>({ field }) as this;
  }
  optional(): Schema<Out | undefined, In | undefined> {
    return this.#with({ optional: true });
  }
  default(value: Out): Schema<Out, In | undefined> {
    return this.#with({ default: value });
  }
  /** Optional, and absent when empty: a Go field that is no pointer and says `omitempty`. */
  omitEmpty(): Schema<Out | undefined, In | undefined> {
    return this.#with({ optional: true, omitEmpty: true });
  }
  /** Reads as `null` where it is left out or empty: a Go time or list that does not say `omitempty`. */
  orNull(): Schema<Out | null, In | null | undefined> {
    return this.#with({ default: null, omitEmpty: true });
  }
  /** The same, where our own code may leave it out. */
  orNullWhenAbsent(): Schema<Out | null | undefined, In | null | undefined> {
    return this.#with({ default: null, omitEmpty: true });
  }
  /** May be left out and is then there all the same, its own defaults applied: a Go struct that is no pointer. */
  present(): Schema<Out, In | undefined> {
    return this.#with({ default: zeroOf(this.node), struct: true });
  }
  /** As `present`, but the compiler asks our own code for it. */
  expected(): this {
    return this.#with<Out, In>({ default: zeroOf(this.node), struct: true }) as this;
  }
  /** OpenAPI lists it as required, but what a client leaves out reads as the zero value; rules judge that. */
  zero(): this {
    const value = zeroOf(this.node);
    return this.#with<Out, In>(
      value === undefined ? { optional: true, required: true } : { default: value, required: true, struct: true },
    ) as this;
  }
  /** A Go pointer that OpenAPI lists as required: nothing stands in for it, and a rule judges that it is there. */
  demanded(): this {
    return this.#with<Out, In>({ optional: true, required: true }) as this;
  }
  /** Protobuf: within an embedded message at `field`, which Go calls `struct`; see `embedded`. */
  inside(field: number, struct?: string): this {
    const embed = [field, ...(this.node.meta.embed ?? [])];
    return this.#with<Out, In>({ embed, ...(struct === undefined ? {} : { within: struct }) }) as this;
  }
  /** Stands in for a missing or empty value: a Go field that is no pointer and has a default. */
  whenEmpty(value: Out): Schema<Out, In | undefined> {
    return this.#with({ default: value, omitEmpty: true });
  }
  /** OpenAPI tells this default, whatever the shape of the field says; `null`: none. */
  tells(value: string | number | boolean | null): this {
    return this.#with<Out, In>({ tells: value }) as this;
  }
  /** What a value means: of a named object, said again where it is used, what it means there. */
  doc(doc: string): this {
    const { name, doc: before, typeDoc = before } = this.node.meta;
    const said = name === undefined || typeDoc === undefined ? { doc } : { doc, typeDoc };
    return this.#with<Out, In>(said) as this;
  }
  named(name: string): this {
    return this.#with<Out, In>({ name }) as this;
  }
  /** Any JSON, under a name that tells nothing of its type. */
  anyType(name: string): this {
    return this.#with<Out, In>({ name, anyType: true }) as this;
  }
  min(min: number): this {
    return this.#with<Out, In>({ min }) as this;
  }
  max(max: number): this {
    return this.#with<Out, In>({ max }) as this;
  }
  /** OpenAPI lists these, whatever is judged; nothing where there are none. */
  choices(...choices: readonly string[]): this {
    return this.#with<Out, In>({ choices }) as this;
  }
  byRule(): this {
    return this.#with<Out, In>({ byRule: true }) as this;
  }
  immutable(): this {
    return this.#with<Out, In>({ immutable: true }) as this;
  }
  atomic(): this {
    return this.#with<Out, In>({ atomic: true }) as this;
  }
  granular(): this {
    return this.#with<Out, In>({ granular: true }) as this;
  }
  open(): this {
    return this.#with<Out, In>({ open: true }) as this;
  }
  retainKeys(): this {
    return this.#with<Out, In>({ retainKeys: true }) as this;
  }
  replaced(): this {
    return this.#with<Out, In>({ replaced: true }) as this;
  }
  bytesAsList(): this {
    return this.#with<Out, In>({ bytesAsList: true }) as this;
  }
  listedByProps(): this {
    return this.#with<Out, In>({ listedByProps: true }) as this;
  }
  union(fields: Union['fields'], discriminator?: string): this {
    return this.#with<Out, In>({
      union: { fields, ...(discriminator === undefined ? {} : { discriminator }) },
    }) as this;
  }
  patchKey(patchKey: string | null): this {
    return this.#with<Out, In>({ patchKey }) as this;
  }
  plain(): this {
    return this.#with<Out, In>({ plain: true }) as this;
  }
  wrapped(): this {
    return this.#with<Out, In>({ wrapped: true }) as this;
  }

  #with<O, I>(meta: Meta): Schema<O, I> {
    return new Schema<O, I>({ ...this.node, meta: { ...this.node.meta, ...meta } });
  }
}

export type AnySchema = Schema<unknown, unknown>;
export type Stored<S> = S extends { readonly [OUT]: infer O } ? O : never;
export type Input<S> = S extends { readonly [IN]: infer I } ? I : never;

type OptionalKeys<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];
type Optionalize<T> = { readonly [K in Exclude<keyof T, OptionalKeys<T>>]: T[K] } & {
  readonly [K in OptionalKeys<T>]?: Exclude<T[K], undefined>;
};
type Flat<T> = { [K in keyof T]: T[K] };
export type StoredProps<P> = Flat<Optionalize<{ [K in keyof P]: Stored<P[K]> }>>;
export type InputProps<P> = Flat<Optionalize<{ [K in keyof P]: Input<P[K]> }>>;

function zeroOf(node: Node): unknown {
  switch (node.kind) {
    case 'object':
    case 'map':
      return EMPTY_OBJECT;
    case 'list':
      return EMPTY_LIST;
    case 'boolean':
      return false;
    case 'int32':
    case 'int64':
    case 'double':
    case 'intOrString':
      return 0;
    case 'time':
    case 'microTime':
    case 'json':
      return undefined;
    default:
      return '';
  }
}
const EMPTY_OBJECT = Object.freeze({});
const EMPTY_LIST = Object.freeze([]);

const scalar =
  <T>(kind: ScalarKind) =>
  (): Schema<T> =>
    new Schema<T>({ kind, meta: {} });

/** Narrower types are for the compiler only; `oneOf` is checked. */
export const string = <T extends string = string>(): Schema<T> => scalar<T>('string')();
export const int32 = scalar<number>('int32');
export const int64 = scalar<number>('int64');
export const double = scalar<number>('double');
export const boolean = scalar<boolean>('boolean');
/** A `resource.Quantity`: `100m`, `1Gi`. Numbers are accepted and stored as strings. */
export const quantity = scalar<string>('quantity');
/** RFC 3339 in whole seconds. */
export const time = scalar<string>('time');
/** RFC 3339 with six decimals. */
export const microTime = scalar<string>('microTime');
export const duration = scalar<string>('duration');
export const intOrString = scalar<number | string>('intOrString');
/** Base64 in JSON. */
export const bytes = scalar<string>('bytes');
export const json = scalar<unknown>('json');

/** A value of one of several types, which protobuf tells apart by the numbers of fields. */
export const oneOnTheWire = (
  ...alternatives: readonly (readonly [field: number, schema: AnySchema])[]
): Schema<unknown> =>
  new Schema<unknown>({
    kind: 'json',
    meta: { alternatives: alternatives.map(([field, { node }]) => ({ field, node })) },
  });

export const oneOf = <const E extends string>(...values: readonly E[]): Schema<E> =>
  new Schema({ kind: 'string', meta: { enum: values } });

export const map = <S extends AnySchema>(
  value: S,
): Schema<Readonly<Record<string, Stored<S>>>, Readonly<Record<string, Input<S>>>> =>
  new Schema({ kind: 'map', value: value.node, meta: {} });

/** A list that patches and apply replace as a whole. */
export const list = <S extends AnySchema>(item: S): Schema<readonly Stored<S>[], readonly Input<S>[]> =>
  new Schema({ kind: 'list', item: item.node, meta: {} });

/** An associative list: items are told apart by `keys`, for strategic merge (its first key) and for apply. */
export const listMap = <S extends AnySchema>(
  item: S,
  ...keys: readonly string[]
): Schema<readonly Stored<S>[], readonly Input<S>[]> =>
  new Schema({ kind: 'list', item: item.node, meta: { listMapKeys: keys } });

export const listSet = <S extends AnySchema>(item: S): Schema<readonly Stored<S>[], readonly Input<S>[]> =>
  new Schema({ kind: 'list', item: item.node, meta: { listSet: true } });

export const object = <const P extends Readonly<Record<string, AnySchema>>>(
  props: P,
): Schema<StoredProps<P>, InputProps<P>> =>
  new Schema({
    kind: 'object',
    props: Object.freeze(Object.fromEntries(Object.entries(props).map(([name, s]) => [name, s.node]))),
    meta: {},
  });

/** Fields that JSON shows inline and protobuf keeps in a message of its own at `field`, which Go calls `struct`. */
export const embedded = <const P extends Readonly<Record<string, AnySchema>>>(
  field: number,
  props: P,
  struct?: string,
): P =>
  Object.fromEntries(
    Object.entries(props).map(([name, schema]) => [name, schema.inside(field, struct)]),
  ) as unknown as P;

/** An object that may hold others of its own kind: `fieldsOf` is given the schema that it makes the fields of. */
export function recursive<T>(
  name: string,
  doc: string,
  fieldsOf: (self: Schema<T>) => Readonly<Record<string, AnySchema>>,
): Schema<T> {
  const props: Record<string, Node> = {};
  const self = new Schema<T>({ kind: 'object', props, meta: { name, doc } });
  for (const [field, schema] of Object.entries(fieldsOf(self))) props[field] = schema.node;
  Object.freeze(props);
  return self;
}
