import type { Client, Clients, Key, WriteOptions } from '../../../src/api/client.ts';
import { isRecord } from '../../../src/api/json-record.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { inSlices } from '../../../src/base/in-slices.ts';
import { Steps } from '../../../src/base/steps.ts';
import type { UserInfo } from '../../../src/api/user-info.ts';
import type { UntypedClient } from '../../../src/api/untyped-client.ts';
import { withKind } from '../../../src/api/with-kind.ts';
import type { AuditTrail } from '../../audit/contract.ts';
import type { Api, Write } from '../api.ts';
import { requireAllowed } from '../access/authorize.ts';
import type { Encodable } from '../http/encode-answer.ts';
import { answerOfDelete, written } from '../http/serve-resource.ts';
import { InProcessRecords, type Brought } from './in-process-records.ts';
import { requestInfo, type Target } from '../access/request-info.ts';
import type { StoredObject } from '../objects/stored-object.ts';
import { create } from '../verbs/create.ts';
import { createOn, findHandler } from '../verbs/create-on.ts';
import { deleteCollection } from '../verbs/delete-collection.ts';
import { deleteObject } from '../verbs/delete.ts';
import { get } from '../verbs/get.ts';
import { list } from '../verbs/list.ts';
import { patch } from '../verbs/patch.ts';
import { patchScale } from '../verbs/scale.ts';
import { replace } from '../verbs/replace.ts';
import { eventOf, watch } from '../verbs/watch.ts';

/** Clients that call the verbs directly: authorized, admitted and on record like any other, nothing encoded on the way. */
export function createInProcessClients(api: Api): Clients {
  return { as: (user, { fieldManager = 'kube-apiserver' } = {}) => clientOf(api, user, fieldManager) };
}

function clientOf(api: Api, user: UserInfo, ownManager: string): Client {
  const records = new InProcessRecords(api, user, ownManager);
  const request: Request = async (resource, target, act, answer, brings) => {
    const info = requestInfo(resource, target);
    if (api.auditors.length === 0) {
      await requireAllowed(api.authorization, user, info);
      return act(undefined);
    }
    const allowed = async (audit: AuditTrail | undefined) => {
      await requireAllowed(api.authorization, user, info, audit);
      return act(audit);
    };
    return records.during({ info, act: allowed, answer, ...(brings === undefined ? {} : { brings }) });
  };
  const writeOf: WriteOf = (audit, resource, key, subresource, options = {}) => ({
    user,
    resource,
    subresource,
    namespace: resource.scope === 'Namespaced' ? (key.namespace ?? '') : '',
    name: key.name ?? '',
    dryRun: options.dryRun ?? false,
    fieldManager: options.fieldManager ?? ownManager,
    audit,
    steps: new Steps(api.world.clock, api.lane, user.name),
  });
  const client: UntypedClient = {
    ...readsOf(api, request),
    watch: async function* (resource, options) {
      const info = requestInfo(resource, { verb: 'watch', ...options });
      const trail = await records.open(info);
      try {
        await requireAllowed(api.authorization, user, info, trail);
        await trail?.started(200);
        for await (const signals of watch(api, resource, options)) {
          for (const signal of signals) yield eventOf(resource, signal);
        }
      } catch (error) {
        if (trail !== undefined) await records.failed(trail, error);
        throw error;
      } finally {
        await trail?.completed(200);
      }
    },
    ...changesOf(api, request, writeOf),
    ...removalsOf(api, request, writeOf),
  };
  return client as Client;
}

/** One request, allowed and on record. */
type Request = <T>(
  resource: Resource,
  target: Target,
  act: (audit: AuditTrail | undefined) => Promise<T>,
  answer: (outcome: T) => Encodable,
  brings?: Brought,
) => Promise<T>;

type WriteOf = (
  audit: AuditTrail | undefined,
  resource: Resource,
  key: Partial<Key>,
  subresource: string,
  options?: WriteOptions,
) => Write;

const shown =
  (resource: Resource, code = 200) =>
  (object: StoredObject): Encodable => ({ type: 'object', code, resource, object });

const readsOf = (api: Api, request: Request): Pick<UntypedClient, 'get' | 'list'> => ({
  get: async (resource, key, { resourceVersion } = {}) => {
    const read = () => get(api, resource, key, resourceVersion);
    return (await request(resource, { verb: 'get', ...key }, read, shown(resource))).object;
  },
  list: async (resource, options = {}) => {
    const read = () => list(api, resource, options);
    const answer = await request(resource, { verb: 'list', ...options }, read, found => ({
      type: 'list',
      resource,
      list: found,
    }));
    const { objects, revision, ...more } = answer;
    const items: AnyObject[] = [];
    await inSlices(api.world.clock, objects, ({ object }) => items.push(object));
    return { items, resourceVersion: String(revision), ...more };
  },
});

function changesOf(
  api: Api,
  request: Request,
  writeOf: WriteOf,
): Pick<UntypedClient, 'create' | 'update' | 'updateStatus' | 'patch' | 'createOn'> {
  const put = async (resource: Resource, object: AnyObject, subresource: string, options?: WriteOptions) => {
    const target = { verb: 'update', ...object.metadata, subresource };
    const body = withKind(resource, object);
    const { object: stored } = await request(
      resource,
      target,
      audit => replace(api, writeOf(audit, resource, object.metadata, subresource, options), body),
      outcome => written(resource, outcome),
      { resource, object: body },
    );
    return stored.object;
  };
  return {
    create: async (resource, object, options) => {
      const { namespace } = object.metadata;
      const body = withKind(resource, object);
      const made = await request(
        resource,
        { verb: 'create', namespace },
        audit => create(api, writeOf(audit, resource, namespace === undefined ? {} : { namespace }, '', options), body),
        shown(resource, 201),
        { resource, object: body },
      );
      return made.object;
    },
    update: (resource, object, options) => put(resource, object, '', options),
    updateStatus: (resource, object, options) => put(resource, object, 'status', options),
    patch: async (resource, key, body, options = {}) => {
      const { subresource = '' } = options;
      const target = { verb: 'patch', ...key, subresource };
      const brings = { patch: body.body };
      if (subresource === 'scale') {
        const act = (audit: AuditTrail | undefined) =>
          patchScale(api, writeOf(audit, resource, key, subresource, options), body);
        return request(resource, target, act, value => ({ type: 'value', code: 200, value }), brings);
      }
      const act = (audit: AuditTrail | undefined) =>
        patch(api, writeOf(audit, resource, key, subresource, options), body, options);
      const { object } = await request(resource, target, act, outcome => written(resource, outcome), brings);
      return object.object;
    },
    createOn: async (resource, key, subresource, body) => {
      const { answer } = await request(
        resource,
        { verb: 'create', ...key, subresource },
        audit => createOn(api, writeOf(audit, resource, key, subresource), body),
        outcome => ({ type: 'value', code: 201, value: outcome.answer }),
        // What it brings is an object of whatever kind the subresource takes.
        isRecord(body)
          ? { resource: findHandler(api, { resource, subresource })?.body, object: body as unknown as AnyObject }
          : undefined,
      );
      return answer;
    },
  };
}

const removalsOf = (
  api: Api,
  request: Request,
  writeOf: WriteOf,
): Pick<UntypedClient, 'delete' | 'deleteCollection'> => ({
  delete: async (resource, key, options = {}) => {
    await request(
      resource,
      { verb: 'delete', ...key },
      audit => deleteObject(api, writeOf(audit, resource, key, '', options), options),
      outcome => answerOfDelete(resource, outcome),
    );
  },
  deleteCollection: async (resource, options) => {
    const { namespace } = options;
    await request(
      resource,
      { verb: 'deletecollection', ...options },
      audit =>
        deleteCollection(
          api,
          writeOf(audit, resource, namespace === undefined ? {} : { namespace }, '', options),
          options,
        ),
      found => ({ type: 'list', resource, list: found }),
    );
  },
});
