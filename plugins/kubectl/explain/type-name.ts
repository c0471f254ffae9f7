import { dig, textAt, type Fields } from '../dig.ts';
import type { Schemas } from '../openapi/schemas.ts';

/** `[]Container`, `map[string]string`, `integer`. */
export function typeName(schemas: Schemas, schema: unknown): string {
  const [items, values] = [dig(schema, 'items'), dig(schema, 'additionalProperties')];
  if (items !== undefined) return `[]${typeName(schemas, items)}`;
  if (values !== undefined && typeof values === 'object') return `map[string]${typeName(schemas, values)}`;
  const referred = schemas.referred(schema);
  if (referred === '') return textAt(schema, 'type') || 'Object';
  // A moment is a text to who writes it.
  return isMoment(schemas.resolve(schema)) ? 'string' : (referred.split('.').at(-1) ?? referred);
}

const isMoment = (schema: Fields): boolean => textAt(schema, 'format') === 'date-time';
