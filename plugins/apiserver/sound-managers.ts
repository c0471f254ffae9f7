import { managedFieldsProblem } from '../../src/api/managed-fields-problem.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { AdmittedRequest } from './contract.ts';

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

const UNSOUND =
  '.metadata.managedFields was in an invalid state after admission; this could be caused by an outdated mutating admission controller; please fix your requests';
