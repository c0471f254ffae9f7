import { isWideInteger } from './wide-integer.ts';

/** What a JSON value is, as Go's decoder calls it in its complaints. */
export function jsonKind(value: unknown): 'null' | 'array' | 'bool' | 'number' | 'string' | 'object' {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'number':
      return 'number';
    case 'string':
      return 'string';
    default:
      if (isWideInteger(value)) return 'number';
      return 'object';
  }
}
