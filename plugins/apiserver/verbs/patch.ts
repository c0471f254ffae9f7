import type { Patch, PatchOptions } from '../../../src/api/client.ts';
import { MAX_JSON_DEPTH } from '../../../src/base/scan-json.ts';
import { jsonPatch } from '../../../src/api/json-patch.ts';
import { JsonPatchError } from '../../../src/api/json-patch-error.ts';
import { isRecord } from '../../../src/api/json-record.ts';
import { mergePatch } from '../../../src/api/merge-patch.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { badRequestError, StatusError } from '../../../src/api/status-error.ts';
import { strategicMergePatch, StrategicPatchError } from '../../../src/api/strategic-merge-patch.ts';
import type { Api, Write } from '../api.ts';
import { JSON_PATCH_COPY_BYTES, JSON_PATCH_OPERATIONS, JSON_PATCH_SHIFTED_ITEMS } from '../limits.ts';
import { apply } from './apply.ts';
import type { Judge } from './judge.ts';
import type { WriteAnswer } from './write-answer.ts';
import { update } from './update.ts';

/** Changes an object by what a patch says of its current state; an apply also creates. */
export async function patch(
  api: Api,
  write: Write,
  body: Patch,
  options: PatchOptions = {},
  judge: Judge = patched => patched,
): Promise<WriteAnswer> {
  if (body.type === 'apply') return apply(api, write, body.body, options, judge);
  const change = async (current: AnyObject): Promise<AnyObject> => {
    const patched = await judge(await write.steps.run(() => patchedObject(write.resource, current, body)));
    return { ...patched, apiVersion: current.apiVersion, kind: current.kind };
  };
  const object = await update(api, write, change, { isPatch: true });
  return { object, isNew: false };
}

/** May call itself something else than it is. Throws `StatusError`: 400 for a patch that makes no sense, 422 for one that does not fit the object. */
export function patchedObject(
  resource: Resource,
  current: AnyObject,
  body: Exclude<Patch, { type: 'apply' }>,
): AnyObject {
  const patched = applied(resource, current, body);
  if (!isRecord(patched) || !isRecord(patched['metadata'])) {
    throw badRequestError('the patch leaves no object behind');
  }
  return patched as unknown as AnyObject;
}

function applied(resource: Resource, current: AnyObject, body: Exclude<Patch, { type: 'apply' }>): unknown {
  try {
    switch (body.type) {
      case 'json':
        return jsonPatch(current, body.body, JSON_PATCH);
      case 'merge':
        return mergePatch(current, body.body);
      case 'strategic':
        return strategicMergePatch(resource, current, body.body);
    }
  } catch (error) {
    throw statusOf(error);
  }
}

const JSON_PATCH = {
  operations: JSON_PATCH_OPERATIONS,
  copyBytes: JSON_PATCH_COPY_BYTES,
  shiftedItems: JSON_PATCH_SHIFTED_ITEMS,
  depth: MAX_JSON_DEPTH,
};

function statusOf(error: unknown): unknown {
  if (error instanceof StrategicPatchError) return badRequestError(error.message);
  if (!(error instanceof JsonPatchError)) return error;
  switch (error.code) {
    case 'Malformed':
      return badRequestError(error.message);
    case 'TooLarge':
      return new StatusError('RequestEntityTooLarge', error.message);
    case 'DoesNotApply':
    case 'TestFailed':
      return new StatusError('Invalid', 'the server rejected our request due to an error in our request', {
        cause: error,
        details: {},
      });
  }
}
