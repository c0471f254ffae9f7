import { StatusFailure } from '../failures.ts';
import type { ApiResource } from './api-resource.ts';

/** A refused list says which one it was. */
export function listFailure(
  error: unknown,
  { group, version, resource }: ApiResource,
  { labelSelector = '', fieldSelector = '' }: Readonly<Record<string, string | undefined>>,
): unknown {
  if (!(error instanceof StatusFailure) || !['BadRequest', 'NotFound'].includes(error.reason)) return error;
  const what = JSON.stringify(`${group}/${version}, Resource=${resource}`);
  const about =
    labelSelector === '' && fieldSelector === ''
      ? `Unable to list ${what}`
      : `Unable to find ${what} that match label selector ${JSON.stringify(labelSelector)}, field selector ${JSON.stringify(fieldSelector)}`;
  return new StatusFailure({ ...error.status, message: `${about}: ${error.message}` });
}
