import type {
  CelDuration,
  CelList,
  CelMap,
  CelOptional,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  CelValue,
} from './cel-value.ts';
import type { CelFields, CelKind, CelType } from './type-shape.ts';

export type { CelField, CelFields, CelType } from './type-shape.ts';

declare const VALUE: unique symbol;
/** A type, and for the compiler what its values are. */
export interface Typed<V> extends CelType {
  readonly [VALUE]?: V;
}
export type ValueOf<T> = T extends Typed<infer V> ? V : never;

const simple = <V>(kind: CelKind, name: string): Typed<V> => Object.freeze({ kind, name, params: [] });

export const DYN = simple<CelValue>('dyn', 'dyn');
export const ERROR = simple<never>('error', '!error!');
export const NULL = simple<null>('null', 'null_type');
export const BOOL = simple<boolean>('bool', 'bool');
export const INT = simple<bigint>('int', 'int');
export const UINT = simple<CelUint>('uint', 'uint');
export const DOUBLE = simple<number>('double', 'double');
export const STRING = simple<string>('string', 'string');
export const BYTES = simple<Uint8Array>('bytes', 'bytes');
export const DURATION = simple<CelDuration>('duration', 'google.protobuf.Duration');
export const TIMESTAMP = simple<CelTimestamp>('timestamp', 'google.protobuf.Timestamp');

export const typeParam = (name: string): Typed<CelValue> => ({ kind: 'param', name, params: [] });
export const listOf = (item: CelType): Typed<CelList> => ({ kind: 'list', name: 'list', params: [item] });
export const mapOf = (key: CelType, value: CelType): Typed<CelMap> => ({
  kind: 'map',
  name: 'map',
  params: [key, value],
});
export const typeOf = (...of: readonly CelType[]): Typed<CelTypeValue> => ({ kind: 'type', name: 'type', params: of });
export const opaque = <V>(name: string, ...params: readonly CelType[]): Typed<V> => ({ kind: 'opaque', name, params });
export const optionalOf = (value: CelType): Typed<CelOptional> => opaque('optional_type', value);
export const objectOf = (name: string, fields: () => CelFields): CelType => {
  let known: CelFields | undefined;
  return { kind: 'object', name, params: [], fields: () => (known ??= fields()) };
};
/** Types without members of which each value is made by functions alone, and told apart by name. */
export const struct = <V>(name: string): Typed<V> => objectOf(name, () => new Map());
export const sized = (type: CelType, maxSize: number): CelType => ({ ...type, maxSize });

export const isOptional = (type: CelType): boolean => type.kind === 'opaque' && type.name === 'optional_type';
export const isDynOrError = ({ kind }: CelType): boolean => kind === 'dyn' || kind === 'error';
/** What an optional type holds; other types as they are. */
export const unwrapped = (type: CelType): CelType => (isOptional(type) ? (type.params[0] ?? DYN) : type);

export function isSameType(a: CelType, b: CelType): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.name !== b.name || a.params.length !== b.params.length) return false;
  return a.params.every((param, index) => isSameType(param, b.params[index] ?? ERROR));
}

const PRINTED: Partial<Readonly<Record<CelKind, string>>> = {
  null: 'null',
  duration: 'duration',
  timestamp: 'timestamp',
};

/** As messages of the checker print it: `map(string, list(int))`. */
export function printType(type: CelType): string {
  const { kind, name, params } = type;
  if (params.length === 0) return PRINTED[kind] ?? name;
  return `${name}(${params.map(printType).join(', ')})`;
}

/** A call as messages print it: `string.(int, bool)`. */
export function printSignature(args: readonly CelType[], isMember: boolean): string {
  const [target, ...rest] = isMember ? args : [undefined, ...args];
  const before = target === undefined ? '' : `${printType(target)}.`;
  return `${before}(${rest.flatMap(arg => (arg === undefined ? [] : [printType(arg)])).join(', ')})`;
}
