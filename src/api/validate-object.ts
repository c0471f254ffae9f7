import type { FieldError } from './field-error.ts';
import type { AnyObject } from './object-meta.ts';
import type { Resource } from './resource.ts';
import { validateMetadata, validateMetadataUpdate } from './validate-metadata.ts';

/** All complaints about an object that is to be stored. Pure. */
export function validateObject(resource: Resource, object: AnyObject): readonly FieldError[] {
  return [...validateMetadata(resource, object.metadata), ...(resource.validate?.(object) ?? [])];
}

/** Complaints about a change, besides those of the object itself. */
export function validateChange(resource: Resource, object: AnyObject, old: AnyObject): readonly FieldError[] {
  return [...validateMetadataUpdate(object.metadata, old.metadata), ...(resource.validateUpdate?.(object, old) ?? [])];
}
