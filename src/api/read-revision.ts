import { badRequestError } from './status-error.ts';

/** A `resourceVersion` parameter: `undefined` where none was given. Throws `StatusError` BadRequest. */
export function readRevision(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,20}$/.test(text)) {
    const quoted = JSON.stringify(text);
    throw badRequestError(
      `invalid resource version: resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`,
    );
  }
  const revision = Number(text);
  return Number.isSafeInteger(revision) ? revision : Number.MAX_SAFE_INTEGER;
}
