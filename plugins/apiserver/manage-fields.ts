import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import type { Write } from './api.ts';

/** The object with `metadata.managedFields` telling who set what, after a write that was no apply. */
export function manageUpdate(
  _resource: Resource,
  _write: Write,
  next: AnyObject,
  _old: AnyObject | undefined,
  _nowMs: number,
): AnyObject {
  return next;
}
