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
      distinct([...validateFields(resource.fields, object, ''), ...(resource.validate?.(object, old) ?? [])]),
    ),
  ].slice(0, MAX_CAUSES);
}

/** Complaints about an object that is new. */
export function validateNew(resource: Resource, object: AnyObject): readonly FieldError[] {
  return [...validateObject(resource, object), ...(resource.validateCreate?.(object) ?? [])];
}

/** Complaints about a change, besides those of the object itself. */
export function validateChange(resource: Resource, object: AnyObject, old: AnyObject): readonly FieldError[] {
  return distinct([
    ...validateMetadataUpdate(object.metadata, old.metadata),
    ...immutableFieldErrors(resource.fields, object, old, ''),
    ...(resource.validateUpdate?.(object, old) ?? []),
  ]);
}

/** The schema and a kind's rule may complain about one field in the same way; the rule's word is kept, in its place. */
function distinct(errors: readonly FieldError[]): readonly FieldError[] {
  if (errors.length < 2) return errors;
  const told = new Map<string, FieldError>();
  for (const error of errors) {
    const { type, field } = error;
    const key = `${type} ${field} ${type === 'FieldValueRequired' ? '' : fieldErrorBody(error)}`;
    told.delete(key);
    told.set(key, error);
  }
  return [...told.values()];
}
