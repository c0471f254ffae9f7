import { isRecord } from './is-record.ts';
import { isWideInteger } from './wide-integer.ts';

/** A value of Go that JSON writes as `null`, and that is none where it came from: protobuf's of the Common Expression Language. */
export const PROTOBUF_NULL = Symbol('structpb.NullValue');

/** How Go's fmt prints a decoded JSON value, which messages of Kubernetes quote: `%v`. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (value === PROTOBUF_NULL) return 'NULL_VALUE';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isRecord(value)) return typeof value === 'string' ? value : JSON.stringify(value);
  return `map[${members(value, goText, ' ')}]`;
}

/** The same, `%#v`. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (value === PROTOBUF_NULL) return '0';
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isRecord(value)) return JSON.stringify(value);
  return `map[string]interface {}{${members(value, goSyntax, ', ', JSON.stringify)}}`;
}

/** The same, `%T`. */
export function goType(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (value === PROTOBUF_NULL) return 'structpb.NullValue';
  if (Array.isArray(value)) return '[]interface {}';
  if (isWideInteger(value)) return 'int64';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'map[string]interface {}';
}

const members = (
  record: Readonly<Record<string, unknown>>,
  print: (value: unknown) => string,
  separator: string,
  printName = (name: string): string => name,
): string =>
  Object.entries(record)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => `${printName(name)}:${print(item)}`)
    .join(separator);
