import { readJson } from '../../src/api/codec/read-json.ts';
import { internalError } from '../../src/api/internal-error.ts';
import { JsonPatchError } from '../../src/api/json-patch-error.ts';
import { jsonPatch } from '../../src/api/json-patch.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import { jsonKind } from '../../src/base/json-kind.ts';
import { changedObject } from './changed-object.ts';
import { PATCH_LIMITS } from './limits.ts';

/** The operations of a webhook's patch, or what is wrong with it. */
export function patchOperations(patch: string): readonly unknown[] | { readonly problem: string } {
  try {
    const { value } = readJson(Buffer.from(patch));
    if (Array.isArray(value)) return value;
    return { problem: `json: cannot unmarshal ${jsonKind(value)} into Go value of type jsonpatch.Patch` };
  } catch (error) {
    if (error instanceof SyntaxError || isStatusError(error)) return { problem: error.message };
    throw error;
  }
}

/**
 * An object of `resource` (of no known kind: as it is) after a webhook's patch, read as a body is and with its
 * defaults. Throws `StatusError` InternalError for what cannot be done, as upstream does.
 */
export function patchedObject(
  resource: Resource | undefined,
  object: AnyObject,
  operations: readonly unknown[],
): AnyObject {
  const changed = changedObject(resource, object, applied(object, operations));
  if ('problem' in changed) throw internalError(changed.problem);
  return changed.object;
}

function applied(object: AnyObject, operations: readonly unknown[]): unknown {
  try {
    return jsonPatch(object, operations, PATCH_LIMITS);
  } catch (error) {
    if (error instanceof JsonPatchError) throw internalError(error.message, error);
    throw error;
  }
}
