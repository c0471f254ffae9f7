import { fieldErrorBody } from '../../../src/api/field-error.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { settleObject } from '../../../src/api/settle-object.ts';
import { validateChange, validateNew } from '../../../src/api/validate-object.ts';

/** An object as the server holds it, whatever a client sent. */
export function stored(resource: Resource, parts: object): AnyObject {
  const { metadata, ...rest } = parts as { readonly metadata?: object };
  const scope = resource.scope === 'Namespaced' ? { namespace: 'default' } : {};
  const head = { apiVersion: resource.apiVersion, kind: resource.kind };
  return settleObject(resource, {
    ...head,
    metadata: { name: 'x', ...scope, ...metadata },
    ...rest,
  } as unknown as AnyObject);
}

/** What the server would say of creating it, or of putting it in place of `old`. */
export function complaints(resource: Resource, parts: object, old?: object): readonly string[] {
  const object = stored(resource, parts);
  const errors =
    old === undefined ? validateNew(resource, object) : validateChange(resource, object, stored(resource, old));
  return errors.map(error => `${error.field}: ${fieldErrorBody(error)}`);
}
