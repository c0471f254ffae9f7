import { isManaged } from '../../../src/api/managed-fields.ts';
import { managedFieldsProblem } from '../../../src/api/managed-fields-problem.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { AdmittedRequest } from '../contract.ts';

/**
 * What mutators made of an object. Who manages what they may change, but not to nonsense: then it is as it was, and the
 * client is told.
 */
export function withSoundManagers({ object: before, warn }: AdmittedRequest, object: AnyObject): AnyObject {
  if (object === before || object.metadata?.managedFields === before.metadata?.managedFields) return object;
  const { managedFields = [], ...metadata } = object.metadata;
  const problem = managedFieldsProblem(managedFields);
  if (problem === undefined) return object;
  warn?.(`${UNSOUND}: ${problem}`);
  const { managedFields: kept } = before.metadata;
  return { ...object, metadata: kept === undefined ? metadata : { ...metadata, managedFields: kept } };
}

/** What a client says of managers and nobody can read is passed over: they are as they were. */
export function withReadableManagers(given: AnyObject, { metadata: live }: AnyObject): AnyObject {
  const { managedFields, ...metadata } = given.metadata;
  if (managedFields === undefined || managedFields === live.managedFields) return given;
  const isRead = managedFields.every(entry => !isManaged(entry)) || managedFieldsProblem(managedFields) === undefined;
  if (isRead) return given;
  const { managedFields: kept } = live;
  return { ...given, metadata: kept === undefined ? metadata : { ...metadata, managedFields: kept } };
}

const UNSOUND =
  '.metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating admission controller; please fix your requests';
