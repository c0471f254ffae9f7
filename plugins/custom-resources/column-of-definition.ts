import { age } from '../../src/api/columns.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Column } from '../../src/api/resource.ts';
import { simplePath } from './simple-path.ts';
import { textOfValue } from './text-of-value.ts';
import { isWideInteger } from '../../src/base/wide-integer.ts';
import type { CustomResourceColumnDefinition } from '../kinds/apiextensions/v1/custom-resource-definition-spec.ts';

type Cell = string | number | boolean | null;

const TYPES: ReadonlyMap<string, Column<AnyObject>['type']> = new Map([
  ['integer', 'integer'],
  ['number', 'number'],
  ['boolean', 'boolean'],
  ['date', 'date'],
]);

/** A column as a CustomResourceDefinition describes it. */
export function columnOfDefinition(definition: CustomResourceColumnDefinition): Column<AnyObject> {
  const { name, description, jsonPath, priority = 0 } = definition;
  const find = simplePath(jsonPath);
  const type = TYPES.get(definition.type) ?? 'string';
  return {
    name,
    type,
    ...(definition.format === undefined ? {} : { format: definition.format }),
    description: description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    ...(priority > 0 ? { priority } : {}),
    value: (object, nowMs) => cellOf(type, find(object), nowMs),
  };
}

/** What is of another type than the column's is not shown. */
function cellOf(type: Column<AnyObject>['type'], value: unknown, nowMs: number): Cell {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
      return typeof value === 'number' || isWideInteger(value) ? Math.trunc(Number(value)) : null;
    case 'number':
      return typeof value === 'number' || isWideInteger(value) ? Number(value) : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      if (typeof value !== 'string') return null;
      return Number.isNaN(Date.parse(value)) ? '<invalid>' : age(value, nowMs);
    default:
      return textOfValue(value);
  }
}
