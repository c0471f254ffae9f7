import type { ObjectMeta } from './object-meta.ts';
import type { Resource } from './resource.ts';
import { conflictError, type StatusError } from './status-error.ts';
import { storageKey } from './storage-key.ts';

/** Upstream's store compares it, and tells so in its own words. */
export const otherUidError = (resource: Resource, metadata: ObjectMeta, wanted: string): StatusError =>
  conflictError(
    resource,
    metadata.name,
    `StorageError: invalid object, Code: 4, Key: ${storageKey(resource, metadata)}, ResourceVersion: 0, ` +
      `AdditionalErrorMsg: Precondition failed: UID in precondition: ${wanted}, UID in object meta: ${metadata.uid}`,
  );
