import type { DeleteOptions, Patch } from '../../../src/api/client.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import { forbidden, required, type FieldError } from '../../../src/api/field-error.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { badRequestError, invalidOptions, StatusError, type Status } from '../../../src/api/status-error.ts';
import { object, type ObjectNode } from '../../../src/schema/schema.ts';
import { wholeNode } from '../../../src/api/whole-node.ts';
import { DELETE_OPTIONS_BODY } from './delete-options-body.ts';
import type { Api, Write } from '../api.ts';
import { WATCH_SECONDS } from '../limits.ts';
import { servedVerbs } from '../served-verbs.ts';
import { create } from '../verbs/create.ts';
import { deleteCollection } from '../verbs/delete-collection.ts';
import { deleteObject, type DeleteAnswer } from '../verbs/delete.ts';
import { get } from '../verbs/get.ts';
import { list } from '../verbs/list.ts';
import { patch } from '../verbs/patch.ts';
import { replace } from '../verbs/replace.ts';
import { keyOf } from '../verbs/update.ts';
import { checkWatchOptions, watch } from '../verbs/watch.ts';
import type { WriteAnswer } from '../verbs/write-answer.ts';
import type { Answer } from './answer.ts';
import { decodeBody, type Expected } from './decode-body.ts';
import type { Encodable } from './encode-answer.ts';
import type { HttpRequest } from './http-request.ts';
import { inProtobufOf, isStatus } from './message-of.ts';
import { judgePatched, readPatch } from './read-patch.ts';
import {
  readDeleteOptions,
  readInteger,
  readListOptions,
  readWriteOptions,
  type ReadWriteOptions,
} from './read-options.ts';
import { isTrue } from './read-path.ts';
import { requireAcceptable } from './require-acceptable.ts';
import { recordBody, recordPatch } from './record-request.ts';
import { resourceNotFound } from './resource-not-found.ts';

/** One verb on a kind or its status subresource. Throws `StatusError`. */
export async function serveResource(api: Api, request: HttpRequest, resource: Resource): Promise<Answer> {
  const { info } = request;
  checkVerb(resource, info);
  requireAcceptable(request, inProtobufOf(resource), { inTables: resource.virtual !== true });
  if (resource.deprecation !== undefined) {
    request.warnings.push(resource.deprecation);
    request.notes.deprecated();
  }
  switch (info.verb) {
    case 'get': {
      const object = await get(
        api,
        resource,
        keyFor(request, resource),
        request.query.get('resourceVersion') ?? undefined,
      );
      return { type: 'object', code: 200, resource, object };
    }
    case 'list': {
      if (request.query.get('sendInitialEvents') !== null) throw initialEventsOnList();
      return { type: 'list', resource, list: await list(api, resource, readListOptions(request)) };
    }
    case 'watch':
      return watchAnswer(api, request, resource);
    case 'create': {
      const options = readWriteOptions(request, 'CreateOptions');
      const body = await decode(request, expectedOf(resource), options);
      await recordBody(request, resource, body);
      const object = await create(api, writeOf(request, resource, options), body);
      return written(resource, { object, isNew: true });
    }
    case 'update': {
      const options = readWriteOptions(request, 'UpdateOptions');
      const body = await decode(request, expectedOf(resource), options);
      await recordBody(request, resource, body);
      return written(resource, await replace(api, writeOf(request, resource, options), body));
    }
    case 'patch':
      return patchAnswer(api, request, resource);
    case 'delete':
      return deleteAnswer(api, request, resource);
    case 'deletecollection': {
      const options = { ...readListOptions(request), ...(await deleteOptions(request)) };
      const write = writeOf(request, resource, { ...NO_OPTIONS, dryRun: options.dryRun ?? false });
      warnOfLeaving(write, options);
      return { type: 'list', resource, list: await deleteCollection(api, write, options) };
    }
    default:
      throw methodNotAllowed();
  }
}

export const methodNotAllowed = (): StatusError =>
  new StatusError('MethodNotAllowed', 'the server does not allow this method on the requested resource', {
    details: {},
  });

/** One object is updated and patched, and created in the place of all; a part of it lives and dies with it. */
function checkVerb(resource: Resource, { verb, name, subresource }: HttpRequest['info']): void {
  if (subresource !== '') {
    if (!VERBS_OF_PARTS.has(verb)) throw methodNotAllowed();
    return;
  }
  if (resource.virtual === true && name !== '') throw resourceNotFound();
  const isMisplaced = name === '' ? verb === 'update' || verb === 'patch' : verb === 'create';
  if (isMisplaced || !servedVerbs(resource).some(served => served === verb)) throw methodNotAllowed();
}

const VERBS_OF_PARTS: ReadonlySet<string> = new Set(['get', 'update', 'patch']);

const keyFor = (request: HttpRequest, resource: Resource) => keyOf(writeOf(request, resource, NO_OPTIONS));

export const NO_OPTIONS: ReadWriteOptions = { dryRun: false, fieldManager: '', fieldValidation: 'Ignore' };

export function writeOf(
  { user, steps, warnings, notes, info: { subresource, namespace, name } }: HttpRequest,
  resource: Resource,
  { dryRun, fieldManager, said = {} }: ReadWriteOptions,
): Write {
  const within = resource.scope === 'Namespaced' ? namespace : '';
  const warn = (text: string): void => {
    if (!warnings.includes(text)) warnings.push(text);
  };
  const options = { dryRun, fieldManager, options: said, warn, audit: notes };
  return { user, resource, subresource, namespace: within, name, steps, ...options };
}

export const expectedOf = (resource: Resource): Expected => ({
  apiVersion: resource.apiVersion,
  kind: resource.kind,
  // Types of custom kinds are judged with their other rules.
  node: wholeNode(resource.custom === undefined ? resource : UNTYPED),
  ...(resource.textOnly === true ? { textOnly: true as const } : {}),
  ...(resource.custom === undefined ? {} : { prune: resource.custom.prune }),
});

const UNTYPED = { fields: object({}).node as ObjectNode, openapiName: 'Custom' };

export const decode = (request: HttpRequest, expected: Expected, options: ReadWriteOptions): Promise<AnyObject> =>
  decodeBody(
    { bytes: request.body, contentType: request.headers['content-type'] ?? '' },
    expected,
    options.fieldValidation,
    request.warnings,
    request.steps,
  );

async function patchAnswer(api: Api, request: HttpRequest, resource: Resource): Promise<Answer> {
  const options = readWriteOptions(request, 'PatchOptions');
  const read = await readPatch(request);
  await recordPatch(request, read.patch.body);
  const body = read.patch;
  if (body.type === 'strategic' && resource.custom !== undefined) throw unsupportedPatch();
  const write = writeOf(request, resource, options);
  const { force } = checkApplyOptions(request, body);
  const judge = judgePatched(request, expectedOf(resource), options, read);
  return written(resource, await patch(api, write, body, { force }, judge));
}

/** What a patch says of managers and conflicts. */
export function checkApplyOptions({ query }: HttpRequest, { type }: Patch): { readonly force: boolean } {
  if (type === 'apply' && (query.get('fieldManager') ?? '') === '') {
    throw wrongPatchOptions(required('fieldManager', 'is required for apply patch'));
  }
  if (type !== 'apply' && query.get('force') !== null) {
    throw wrongPatchOptions(forbidden('force', 'may not be specified for non-apply patch'));
  }
  return { force: isTrue(query.get('force')) };
}

/** Lists of custom kinds say by what keys they are merged, for apply alone. */
const unsupportedPatch = (): StatusError =>
  new StatusError(
    'UnsupportedMediaType',
    'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
  );

export function written(resource: Resource, { object, isNew }: WriteAnswer): Encodable {
  const code = isNew ? 201 : 200;
  if (resource.virtual === true && isStatus(object.object)) return { type: 'value', code, value: object.object };
  return { type: 'object', code, resource, object };
}

const wrongPatchOptions = (error: FieldError): StatusError => invalidOptions('PatchOptions', [error]);

function warnOfLeaving({ resource, warn }: Write, { propagationPolicy }: DeleteOptions): void {
  if (resource.leavingWarning !== undefined && propagationPolicy === undefined) warn?.(resource.leavingWarning);
}

async function deleteAnswer(api: Api, request: HttpRequest, resource: Resource): Promise<Answer> {
  const options = await deleteOptions(request);
  const write = writeOf(request, resource, { ...NO_OPTIONS, dryRun: options.dryRun ?? false });
  warnOfLeaving(write, options);
  return answerOfDelete(resource, await deleteObject(api, write, options));
}

export function answerOfDelete(resource: Resource, { object, removed }: DeleteAnswer): Encodable {
  if (!removed || resource.answersDeleted === true) {
    return { type: 'object', code: 200, resource, object };
  }
  const { group, plural } = resource;
  const { name, uid } = object.object.metadata;
  const value: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(group === '' ? {} : { group }), kind: plural, uid },
  };
  return { type: 'value', code: 200, value, resource };
}

async function deleteOptions(request: HttpRequest) {
  if (request.body.length === 0) return readDeleteOptions(request.query, undefined);
  const body = await decode(request, DELETE_OPTIONS_BODY, { ...NO_OPTIONS, fieldValidation: 'Ignore' });
  // Upstream has its own form of the options on record, and says so.
  await recordBody(request, undefined, { ...body, apiVersion: 'meta.k8s.io/__internal' });
  return readDeleteOptions(request.query, { ...body });
}

function watchAnswer(api: Api, request: HttpRequest, resource: Resource): Answer {
  const { query } = request;
  const options = readListOptions(request);
  checkWatchOptions(resource, options, query.get('sendInitialEvents'));
  const seconds = readInteger(query, 'timeoutSeconds') ?? 0;
  if (seconds < 0) throw badRequestError('invalid timeout specified in the request URL');
  const lifeSeconds = seconds > 0 ? seconds : WATCH_SECONDS * (1 + api.world.random.fraction());
  const allowWatchBookmarks = isTrue(query.get('allowWatchBookmarks'));
  const initial = query.get('sendInitialEvents');
  return {
    type: 'watch',
    resource,
    watch: {
      timeoutMs: lifeSeconds * 1000,
      allowBookmarks: allowWatchBookmarks,
      follow: (signal, begun) => {
        const asked = initial === null ? {} : { sendInitialEvents: isTrue(initial) };
        return watch(api, resource, { ...options, allowWatchBookmarks, ...asked, signal }, begun);
      },
    },
  };
}

const initialEventsOnList = (): StatusError =>
  invalidOptions('ListOptions', [forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list')]);
