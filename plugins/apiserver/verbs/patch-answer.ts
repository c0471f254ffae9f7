import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { StoredObject } from '../stored-object.ts';

/** Reads what a patch made as a body is read: throws for wrong types, leaves out what the kind does not know. */
export type Judge = (patched: AnyObject) => AnyObject | Promise<AnyObject>;

export interface PatchAnswer {
  readonly object: StoredObject;
  /** An apply made it. */
  readonly isNew: boolean;
}
