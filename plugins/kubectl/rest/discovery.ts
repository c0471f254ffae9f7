import { dig, listAt, textAt } from '../dig.ts';
import type { ApiResource } from './api-resource.ts';
import type { RestClient } from './rest-client.ts';

export interface ApiGroup {
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly string[];
}

/** All a server serves: groups in its order, resources by group, version and name. */
export interface Discovery {
  readonly groups: readonly ApiGroup[];
  readonly resources: readonly ApiResource[];
}

const AGGREGATED =
  'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,' +
  'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json';

export async function discover(client: RestClient): Promise<Discovery> {
  const [core, named] = await Promise.all([
    client.json('/api', { accept: AGGREGATED }),
    client.json('/apis', { accept: AGGREGATED }),
  ]);
  const parts = await Promise.all([partOf(client, core, '/api'), partOf(client, named, '/apis')]);
  return { groups: parts.flatMap(part => part.groups), resources: parts.flatMap(part => part.resources) };
}

const partOf = (client: RestClient, answer: unknown, root: string): Promise<Discovery> | Discovery =>
  dig(answer, 'kind') === 'APIGroupDiscoveryList' ? aggregated(answer) : legacy(client, answer, root);

function aggregated(answer: unknown): Discovery {
  const groups = listAt(answer, 'items').map(item => ({
    name: textAt(item, 'metadata', 'name'),
    versions: listAt(item, 'versions').map(version => textAt(version, 'version')),
  }));
  const resources = listAt(answer, 'items').flatMap(item =>
    listAt(item, 'versions').flatMap(version =>
      listAt(version, 'resources')
        .filter(each => textAt(each, 'responseKind', 'kind') !== '')
        .map(each => ({
          group: textAt(item, 'metadata', 'name'),
          version: textAt(version, 'version'),
          resource: textAt(each, 'resource'),
          singular: textAt(each, 'singularResource'),
          kind: textAt(each, 'responseKind', 'kind'),
          namespaced: textAt(each, 'scope') === 'Namespaced',
          shortNames: listAt(each, 'shortNames').map(String),
          categories: listAt(each, 'categories').map(String),
          verbs: listAt(each, 'verbs').map(String),
          subresources: listAt(each, 'subresources').map(sub => textAt(sub, 'subresource')),
        })),
    ),
  );
  return { groups, resources };
}

/** Servers before 1.26 tell their groups and each group's resources apart. */
async function legacy(client: RestClient, answer: unknown, root: string): Promise<Discovery> {
  const groups =
    root === '/api'
      ? [{ name: '', versions: listAt(answer, 'versions').map(String) }]
      : listAt(answer, 'groups').map(group => ({
          name: textAt(group, 'name'),
          versions: preferredFirst(
            listAt(group, 'versions').map(version => textAt(version, 'version')),
            textAt(group, 'preferredVersion', 'version'),
          ),
        }));
  const lists = await Promise.all(
    groups.flatMap(({ name, versions }) =>
      versions.map(async version => {
        const path = name === '' ? `${root}/${version}` : `${root}/${name}/${version}`;
        return legacyResources(await client.json(path), name, version);
      }),
    ),
  );
  return { groups, resources: lists.flat() };
}

const preferredFirst = (versions: readonly string[], preferred: string): readonly string[] =>
  versions.toSorted((a, b) => Number(b === preferred) - Number(a === preferred));

function legacyResources(answer: unknown, group: string, version: string): readonly ApiResource[] {
  const all = listAt(answer, 'resources');
  return all
    .filter(each => !textAt(each, 'name').includes('/'))
    .map(each => {
      const resource = textAt(each, 'name');
      return {
        group,
        version,
        resource,
        singular: textAt(each, 'singularName'),
        kind: textAt(each, 'kind'),
        namespaced: dig(each, 'namespaced') === true,
        shortNames: listAt(each, 'shortNames').map(String),
        categories: listAt(each, 'categories').map(String),
        verbs: listAt(each, 'verbs').map(String),
        subresources: all.flatMap(sub => {
          const [owner, name = ''] = textAt(sub, 'name').split('/');
          return owner === resource && name !== '' ? [name] : [];
        }),
      };
    });
}
