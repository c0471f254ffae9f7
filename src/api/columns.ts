import { humanDuration } from '../base/human-duration.ts';
import type { AnyObject } from './object-meta.ts';
import type { Column } from './resource.ts';

/** Time since `timestamp` as a table prints it. */
export function age(timestamp: string | null | undefined, nowMs: number): string {
  const then = timestamp === undefined || timestamp === null ? Number.NaN : Date.parse(timestamp);
  return Number.isNaN(then) ? '<unknown>' : humanDuration(nowMs - then);
}

export const nameColumn: Column<AnyObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name of the object, unique among its kind within a namespace.',
  value: object => object.metadata.name,
};

export const ageColumn: Column<AnyObject> = {
  name: 'Age',
  type: 'string',
  description: 'Time since the object was created.',
  value: (object, nowMs) => age(object.metadata.creationTimestamp, nowMs),
};

/** For kinds that print the moment itself. */
export const createdAtColumn: Column<AnyObject> = {
  name: 'Created At',
  type: 'date',
  description: 'When the object was created.',
  value: object => object.metadata.creationTimestamp,
};

type Cell = string | number | boolean | null;
type Value<O> = (object: O, nowMs: number) => Cell;

export const text = <O>(name: string, description: string, value: Value<O>): Column<O> => ({
  name,
  type: 'string',
  description,
  value,
});
export const integer = <O>(name: string, description: string, value: Value<O>): Column<O> => ({
  name,
  type: 'integer',
  description,
  value,
});
/** Shown with `-o wide` only. */
export const wide = <O>(name: string, description: string, value: Value<O>): Column<O> => ({
  name,
  type: 'string',
  description,
  priority: 1,
  value,
});
