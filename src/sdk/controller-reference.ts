import type { AnyObject, OwnerReference } from '../api/object-meta.ts';
import type { CacheIndex } from './caches.ts';

/** The reference of the one controlling owner. */
export const controllerOf = (object: AnyObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find(reference => reference.controller === true);

export const controllerReference = (owner: AnyObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

/** Objects by the uid of their controlling owner. */
export const byController: CacheIndex<AnyObject> = Object.freeze({
  name: 'controller-uid',
  keysOf: (object: AnyObject) => {
    const reference = controllerOf(object);
    return reference === undefined ? [] : [reference.uid];
  },
});

/** Objects that nobody controls, by namespace. */
export const orphansByNamespace: CacheIndex<AnyObject> = Object.freeze({
  name: 'orphans',
  keysOf: (object: AnyObject) => (controllerOf(object) === undefined ? [object.metadata.namespace ?? ''] : []),
});
