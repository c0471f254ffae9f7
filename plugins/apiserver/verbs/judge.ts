import type { AnyObject } from '../../../src/api/object-meta.ts';

/** Reads what a patch made as a body is read: throws for wrong types, leaves out what the kind does not know. */
export type Judge = (patched: AnyObject) => AnyObject | Promise<AnyObject>;
