import type { Client, Clients, Key, WriteOptions } from '../../src/api/client.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import { Steps } from '../../src/base/steps.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import type { UntypedClient } from '../../src/api/untyped-client.ts';
import { withKind } from '../../src/api/with-kind.ts';
import type { Api, Write } from './api.ts';
import { requireAllowed } from './authorize.ts';
import { requestInfo, type Target } from './request-info.ts';
import { create } from './verbs/create.ts';
import { createOn } from './verbs/create-on.ts';
import { removeCollection } from './verbs/delete-collection.ts';
import { remove } from './verbs/delete.ts';
import { get } from './verbs/get.ts';
import { list } from './verbs/list.ts';
import { patch } from './verbs/patch.ts';
import { patchScale } from './verbs/scale.ts';
import { replace } from './verbs/replace.ts';
import { eventOf, watch } from './verbs/watch.ts';

/** Clients that call the verbs directly: authorized and admitted like any other, nothing encoded on the way. */
export function createClients(api: Api): Clients {
  return { as: (user, { fieldManager = 'tiphys' } = {}) => clientOf(api, user, fieldManager) };
}

function clientOf(api: Api, user: UserInfo, ownManager: string): Client {
  const allow = (resource: Resource, target: Target): Promise<void> =>
    requireAllowed(api.authorization, user, requestInfo(resource, target));
  const writeOf = (resource: Resource, key: Partial<Key>, subresource: string, options: WriteOptions = {}): Write => ({
    user,
    resource,
    subresource,
    namespace: resource.scope === 'Namespaced' ? (key.namespace ?? '') : '',
    name: key.name ?? '',
    dryRun: options.dryRun ?? false,
    fieldManager: options.fieldManager ?? ownManager,
    steps: new Steps(api.world.clock, api.lane, user.name),
  });
  const put = async (resource: Resource, object: AnyObject, subresource: string, options?: WriteOptions) => {
    await allow(resource, { verb: 'update', ...object.metadata, subresource });
    const write = writeOf(resource, object.metadata, subresource, options);
    return (await replace(api, write, withKind(resource, object))).object.object;
  };
  const client: UntypedClient = {
    get: async (resource, key, { resourceVersion } = {}) => {
      await allow(resource, { verb: 'get', ...key });
      return (await get(api, resource, key, resourceVersion)).object;
    },
    list: async (resource, options = {}) => {
      await allow(resource, { verb: 'list', ...options });
      const { objects, revision, ...more } = await list(api, resource, options);
      return { items: objects.map(({ object }) => object), resourceVersion: String(revision), ...more };
    },
    watch: async function* (resource, options) {
      await allow(resource, { verb: 'watch', ...options });
      for await (const signals of watch(api, resource, options)) {
        for (const signal of signals) yield eventOf(resource, signal);
      }
    },
    create: async (resource, object, options) => {
      const { namespace } = object.metadata;
      await allow(resource, { verb: 'create', namespace });
      const write = writeOf(resource, namespace === undefined ? {} : { namespace }, '', options);
      return (await create(api, write, withKind(resource, object))).object;
    },
    update: (resource, object, options) => put(resource, object, '', options),
    updateStatus: (resource, object, options) => put(resource, object, 'status', options),
    patch: async (resource, key, body, options = {}) => {
      const { subresource = '' } = options;
      await allow(resource, { verb: 'patch', ...key, subresource });
      const write = writeOf(resource, key, subresource, options);
      if (subresource === 'scale') return patchScale(api, write, body);
      return (await patch(api, write, body, options)).object.object;
    },
    delete: async (resource, key, options = {}) => {
      await allow(resource, { verb: 'delete', ...key });
      await remove(api, writeOf(resource, key, '', options), options);
    },
    deleteCollection: async (resource, options) => {
      await allow(resource, { verb: 'deletecollection', ...options });
      const { namespace } = options;
      await removeCollection(
        api,
        writeOf(resource, namespace === undefined ? {} : { namespace }, '', options),
        options,
      );
    },
    createOn: async (resource, key, subresource, body) => {
      await allow(resource, { verb: 'create', ...key, subresource });
      return (await createOn(api, writeOf(resource, key, subresource), body)).answer;
    },
  };
  return client as Client;
}
