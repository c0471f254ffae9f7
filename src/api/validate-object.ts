import { fieldErrorBody, type FieldError } from './field-error.ts';
import { inFieldOrder } from './in-field-order.ts';
import type { AnyObject } from './object-meta.ts';
import type { Resource } from './resource.ts';
import { MAX_CAUSES } from './status-error.ts';
import { immutableFieldErrors, validateFields } from './validate-fields.ts';
import { validateMetadata, validateMetadataUpdate } from './validate-metadata.ts';

/** All complaints about an object that is to be stored: metadata, schema, then the kind's own rules. Pure. */
export function validateObject(resource: Resource, object: AnyObject, old?: AnyObject): readonly FieldError[] {
  return [
    ...validateMetadata(resource, object.metadata),
    ...inFieldOrder(
      resource.fields,
      ruled(validateFields(resource.fields, object, ''), resource.validate?.(object, old) ?? []),
    ),
  ].slice(0, MAX_CAUSES);
}

/** Complaints about an object that is new. */
export function validateNew(resource: Resource, object: AnyObject): readonly FieldError[] {
  return [...validateObject(resource, object), ...(resource.validateCreate?.(object) ?? [])];
}

/** Complaints about a change, besides those of the object itself. */
export function validateChange(resource: Resource, object: AnyObject, old: AnyObject): readonly FieldError[] {
  return ruled(
    [
      ...validateMetadataUpdate(object.metadata, old.metadata),
      ...immutableFieldErrors(resource.fields, object, old, ''),
    ],
    resource.validateUpdate?.(object, old) ?? [],
  );
}

/**
 * The schema and a kind's rule may complain about one field in the same way; the rule's word is kept, in its place. What a
 * rule says twice is said twice.
 */
function ruled(schema: readonly FieldError[], rules: readonly FieldError[]): readonly FieldError[] {
  if (schema.length === 0 || rules.length === 0) return schema.length === 0 ? rules : schema;
  const told = new Set(rules.map(keyOf));
  return [...schema.filter(error => !told.has(keyOf(error))), ...rules];
}

const keyOf = (error: FieldError): string =>
  `${error.type} ${error.field} ${error.type === 'FieldValueRequired' ? '' : fieldErrorBody(error)}`;
