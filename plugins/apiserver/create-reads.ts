import { scaleOf } from '../../src/api/scale.ts';
import { requireAllowed } from './access/authorize.ts';
import type { Api } from './api.ts';
import type { Aggregation, ApiReads } from './contract.ts';
import { readListOptions } from './http/read-options.ts';
import { readPath } from './http/read-path.ts';
import { resourceNotFound } from './http/resource-not-found.ts';
import { get } from './verbs/get.ts';
import { list } from './verbs/list.ts';

/** Reads by path for the parts of this process, of what this server answers and of what others do. */
export const createReads = (api: Api, aggregations: readonly Aggregation[]): ApiReads => ({
  async get(user, path) {
    const { info, query } = readPath('GET', path);
    await requireAllowed(api.authorization, user, info);
    const { group, version, namespace, name } = info;
    const remote = aggregations[0]?.find(group, version);
    if (remote !== undefined) return JSON.parse((await remote.document(path, user)).toString()) as unknown;
    const resource = api.catalog.find(group, version, info.resource);
    const isScale = info.subresource === 'scale' && resource?.scale !== undefined;
    if (resource === undefined || (info.subresource !== '' && !isScale)) throw resourceNotFound();
    const within = resource.scope === 'Namespaced' && namespace !== '' ? { namespace } : {};
    if (isScale) return scaleOf(resource.scale, (await get(api, resource, { name, ...within })).object);
    if (name !== '') return (await get(api, resource, { name, ...within })).object;
    const { objects, revision } = await list(api, resource, readListOptions({ info, query }));
    const { apiVersion, kind, listKind = `${kind}List` } = resource;
    const metadata = revision === 0 ? {} : { resourceVersion: String(revision) };
    return { kind: listKind, apiVersion, metadata, items: objects.map(({ object }) => object) };
  },
});
