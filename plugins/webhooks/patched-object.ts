import { readJson } from '../../src/api/codec/read-json.ts';
import { internalError } from '../../src/api/internal-error.ts';
import { JsonPatchError } from '../../src/api/json-patch-error.ts';
import { jsonPatch } from '../../src/api/json-patch.ts';
import { isRecord, type JsonRecord } from '../../src/api/json-record.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import { settleObject } from '../../src/api/settle-object.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import { wholeNode } from '../../src/api/whole-node.ts';
import { jsonKind } from '../../src/base/json-kind.ts';
import { MAX_JSON_DEPTH } from '../../src/base/scan-json.ts';
import { typeError } from '../../src/schema/type-error.ts';
import { prune } from '../../src/schema/unknown-fields.ts';
import { PATCH_COPY_BYTES, PATCH_OPERATIONS, PATCH_SHIFTED_ITEMS } from './limits.ts';

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
  const patched = applied(object, operations);
  if (!isRecord(patched)) throw internalError('the patch leaves no object behind');
  const { metadata } = patched;
  const { apiVersion, kind } = object;
  const named = { ...patched, apiVersion, kind, ...(isRecord(object.metadata) ? { metadata: metadata ?? {} } : {}) };
  if (resource === undefined) return asObject(named);
  const wrong = resource.custom === undefined ? typeError(wholeNode(resource), named) : undefined;
  if (wrong !== undefined) throw internalError(wrong);
  const known = resource.custom?.prune(named).value ?? prune(wholeNode(resource), named);
  return settleObject(resource, asObject(isRecord(known) ? known : named));
}

/** Whether it is one was read. */
const asObject = (value: JsonRecord): AnyObject => value as unknown as AnyObject;

function applied(object: AnyObject, operations: readonly unknown[]): unknown {
  try {
    return jsonPatch(object, operations, LIMITS);
  } catch (error) {
    if (error instanceof JsonPatchError) throw internalError(error.message, error);
    throw error;
  }
}

const LIMITS = {
  operations: PATCH_OPERATIONS,
  copyBytes: PATCH_COPY_BYTES,
  shiftedItems: PATCH_SHIFTED_ITEMS,
  depth: MAX_JSON_DEPTH,
};
