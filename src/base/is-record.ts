import { WideInteger } from './wide-integer.ts';

/** A JSON object. Its keys may be a user's: read them with `Object.hasOwn` before. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof WideInteger);

/** The own property, never one of `Object.prototype`. */
export const own = (record: Readonly<Record<string, unknown>>, key: string): unknown =>
  Object.hasOwn(record, key) ? record[key] : undefined;
