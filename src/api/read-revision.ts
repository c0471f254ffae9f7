import { badRequestError, type StatusError } from './status-error.ts';

/** A `resourceVersion` parameter: `undefined` where none was given. Throws `StatusError` BadRequest, worded after `prefix`. */
export function readRevision(text: string | undefined, prefix = ''): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,20}$/.test(text)) {
    throw unreadable(text, 'invalid syntax', prefix);
  }
  if (BigInt(text) > MAX_UINT64) throw unreadable(text, 'value out of range', prefix);
  const revision = Number(text);
  return Number.isSafeInteger(revision) ? revision : Number.MAX_SAFE_INTEGER;
}

const MAX_UINT64 = 2n ** 64n - 1n;

function unreadable(text: string, problem: string, prefix: string): StatusError {
  const quoted = JSON.stringify(text);
  return badRequestError(
    `${prefix}resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: ${problem}`,
  );
}
