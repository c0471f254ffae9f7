import { jsonOf } from '../../src/base/json-of.ts';
import type { Client, Clients, DeleteOptions, ObjectList, Patch, WriteOptions } from '../../src/api/client.ts';
import { deepFreeze } from '../../src/api/deep-freeze.ts';
import { isRecord } from '../../src/api/json-record.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import { StatusError } from '../../src/api/status-error.ts';
import type { UntypedClient } from '../../src/api/untyped-client.ts';
import { withKind } from '../../src/api/with-kind.ts';
import type { Timers } from '../../src/base/world.ts';
import type { ApiConnection, ApiRequest } from './api-connection.ts';
import { errorOfAnswer } from './error-of-answer.ts';
import { LATER_ATTEMPTS, LATER_MAX_MS } from './limits.ts';
import { readAnswer } from './read-answer.ts';
import { resourcePath } from './resource-path.ts';
import { followWatch } from './follow-watch.ts';

/**
 * Clients of an API server elsewhere. Whoever asks for one, requests are made as whom the connection's credential
 * names: the server believes nothing else.
 */
export function remoteClients(connection: ApiConnection, timers: Timers): Clients {
  return { as: (_user, { fieldManager = 'tiphys' } = {}) => clientOver(connection, timers, fieldManager) };
}

const JSON_TYPE = 'application/json';
const PATCH_TYPES: Readonly<Record<Patch['type'], string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

function clientOver(connection: ApiConnection, timers: Timers, ownManager: string): Client {
  const ask = (request: ApiRequest): Promise<unknown> => askUntilTold(connection, timers, request);
  const askObject = async (resource: Resource, request: ApiRequest): Promise<AnyObject> =>
    objectOf(resource, await ask(request));
  const written = ({ dryRun, fieldManager = ownManager }: WriteOptions = {}) => ({
    fieldManager,
    fieldValidation: 'Ignore',
    dryRun: dryRun === true ? 'All' : undefined,
  });
  const send = (
    method: 'POST' | 'PUT',
    resource: Resource,
    at: { readonly namespace?: string; readonly name?: string; readonly subresource?: string },
    object: AnyObject,
    options?: WriteOptions,
  ): Promise<AnyObject> => {
    const path = resourcePath(resource, at, written(options));
    return askObject(resource, {
      method,
      path,
      contentType: JSON_TYPE,
      body: JSON.stringify(withKind(resource, object)),
    });
  };
  const remove = async (path: string, options: DeleteOptions): Promise<void> => {
    const body = deleteBody(options);
    await ask({ method: 'DELETE', path, ...(body === undefined ? {} : { body, contentType: JSON_TYPE }) });
  };
  const client: UntypedClient = {
    get: (resource, key, { resourceVersion } = {}) =>
      askObject(resource, { method: 'GET', path: resourcePath(resource, key, { resourceVersion }) }),
    list: async (resource, options = {}) => {
      const { namespace, leavesOutUnreadable: _ofStores, ...query } = options;
      return listOf(resource, await ask({ method: 'GET', path: resourcePath(resource, { namespace }, query) }));
    },
    watch: (resource, options) => followWatch(connection, resource, options),
    create: (resource, object, options) => {
      const { namespace } = object.metadata;
      return send('POST', resource, namespace === undefined ? {} : { namespace }, object, options);
    },
    update: (resource, object, options) => send('PUT', resource, placeOf(object), object, options),
    updateStatus: (resource, object, options) =>
      send('PUT', resource, { ...placeOf(object), subresource: 'status' }, object, options),
    patch: (resource, key, patch, options = {}) => {
      const { subresource = '', force } = options;
      const query = { ...written(options), force: patch.type === 'apply' ? force : undefined };
      const path = resourcePath(resource, { ...key, subresource }, query);
      const body = JSON.stringify(patch.body);
      return askObject(resource, { method: 'PATCH', path, contentType: PATCH_TYPES[patch.type], body });
    },
    delete: (resource, key, options = {}) => remove(resourcePath(resource, key), options),
    deleteCollection: (resource, { namespace, labelSelector, fieldSelector, ...options }) =>
      remove(resourcePath(resource, { namespace }, { labelSelector, fieldSelector }), options),
    createOn: async (resource, key, subresource, body) => {
      const path = resourcePath(resource, { ...key, subresource }, written());
      return deepFreeze(await ask({ method: 'POST', path, contentType: JSON_TYPE, body: JSON.stringify(body) }));
    },
  };
  return client as Client;
}

/** What the server answers in the end: it may say that it has no time now, and when it will. */
async function askUntilTold(connection: ApiConnection, timers: Timers, request: ApiRequest): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    const answer = await connection.send(request);
    const { answerMs } = connection.limits;
    using _late = timers.after(answerMs, () => answer.body.destroy(new Error(`not whole in ${answerMs / 1000} s`)));
    const text = await readAnswer(answer.body);
    const body = jsonOf(text);
    if (answer.status >= 200 && answer.status < 300 && body !== undefined) return body;
    const seconds = answer.status === 429 ? Number(answer.headers['retry-after']) : Number.NaN;
    if (!(seconds >= 0) || attempt > LATER_ATTEMPTS) throw errorOfAnswer(answer.status, body, text);
    await timers.sleep(Math.min(seconds * 1000, LATER_MAX_MS));
  }
}

const placeOf = ({ metadata: { namespace, name } }: AnyObject) =>
  namespace === undefined ? { name } : { name, namespace };

function deleteBody({
  gracePeriodSeconds,
  propagationPolicy,
  preconditions,
  dryRun,
}: DeleteOptions): string | undefined {
  const said = {
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(preconditions === undefined ? {} : { preconditions }),
    ...(dryRun === true ? { dryRun: ['All'] } : {}),
  };
  if (Object.keys(said).length === 0) return undefined;
  return JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', ...said });
}

/** An object as the server, which keeps the kind's schema, sent it. */
function objectOf(resource: Resource, body: unknown): AnyObject {
  if (!isRecord(body) || !isRecord(body['metadata'])) throw misread(resource, 'no object');
  return deepFreeze(body as unknown as AnyObject);
}

function listOf(resource: Resource, body: unknown): ObjectList<AnyObject> {
  const { metadata, items } = isRecord(body) ? body : {};
  if (!isRecord(metadata) || !Array.isArray(items)) throw misread(resource, 'no list');
  const { resourceVersion, continue: token, remainingItemCount } = metadata;
  return Object.freeze({
    items: Object.freeze(items.map((item: AnyObject) => deepFreeze(withKind(resource, item)))),
    resourceVersion: String(resourceVersion),
    ...(typeof token === 'string' ? { continue: token } : {}),
    ...(typeof remainingItemCount === 'number' ? { remainingItemCount } : {}),
  });
}

const misread = ({ plural }: Resource, what: string): StatusError =>
  new StatusError('InternalError', `the server answered ${what} to a request for ${plural}`);
