import type { StoredObject } from '../objects/stored-object.ts';

/** What a write answers that may also create. */
export interface WriteAnswer {
  readonly object: StoredObject;
  readonly isNew: boolean;
}
