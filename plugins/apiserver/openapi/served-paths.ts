import type { Resource } from '../../../src/api/resource.ts';
import { qualified } from '../../../src/api/status-error.ts';
import { Scale } from '../../kinds/autoscaling/v1/scale.ts';
import type { SubresourceHandler } from '../contract.ts';
import { servedVerbs } from '../served-verbs.ts';

/** One path with the operations it has. */
export interface ServedPath {
  readonly path: string;
  readonly resource: Resource;
  readonly subresource: string;
  /** Kind of the bodies. */
  readonly answer: Pick<Resource, 'group' | 'version' | 'kind' | 'openapiName'>;
  /** Method to `x-kubernetes-action`. */
  readonly actions: ReadonlyMap<string, string>;
  readonly parameters: readonly string[];
  readonly isAcrossNamespaces: boolean;
}

/** All paths of a kind that take or answer objects; streams have no schema. */
export function servedPaths(resource: Resource, handlers: readonly SubresourceHandler[]): readonly ServedPath[] {
  const { group, apiVersion, plural, scope } = resource;
  const root = `${group === '' ? '/api' : '/apis'}/${apiVersion}`;
  const isNamespaced = scope === 'Namespaced';
  const all = `${root}${isNamespaced ? '/namespaces/{namespace}' : ''}/${plural}`;
  const within = isNamespaced ? ['namespace'] : [];
  const verbs: ReadonlySet<string> = new Set(servedVerbs(resource));
  const of = (pairs: readonly (readonly [string, string, string])[]): ReadonlyMap<string, string> =>
    new Map(pairs.filter(([, , verb]) => verbs.has(verb)).map(([method, action]) => [method, action]));
  const path = (text: string, actions: ReadonlyMap<string, string>, more: Partial<ServedPath> = {}): ServedPath => ({
    path: text,
    resource,
    subresource: '',
    answer: resource,
    actions,
    parameters: within,
    isAcrossNamespaces: false,
    ...more,
  });
  const named = [...within, 'name'];
  const part = (name: string, answer: ServedPath['answer'], actions: ReadonlyMap<string, string>): ServedPath =>
    path(`${all}/{name}/${name}`, actions, { subresource: name, answer, parameters: named });
  return [
    path(all, of(COLLECTION)),
    path(`${all}/{name}`, of(OBJECT), { parameters: named }),
    ...(isNamespaced ? [path(`${root}/${plural}`, of(ACROSS), { parameters: [], isAcrossNamespaces: true })] : []),
    ...(resource.status === true ? [part('status', resource, SUBRESOURCE)] : []),
    ...Object.keys(resource.parts ?? {}).map(name => part(name, resource, SUBRESOURCE)),
    ...(resource.scale === undefined ? [] : [part('scale', Scale, SUBRESOURCE)]),
    ...handlers.flatMap(({ resource: owner, subresource, body }) =>
      owner === qualified(resource) && body !== undefined ? [part(subresource, body, new Map([['post', 'post']]))] : [],
    ),
  ].filter(({ actions }) => actions.size > 0);
}

/** Method, action, verb. */
const COLLECTION = [
  ['get', 'list', 'list'],
  ['post', 'post', 'create'],
  ['delete', 'deletecollection', 'deletecollection'],
] as const;
const OBJECT = [
  ['get', 'get', 'get'],
  ['put', 'put', 'update'],
  ['patch', 'patch', 'patch'],
  ['delete', 'delete', 'delete'],
] as const;
const ACROSS = [['get', 'list', 'list']] as const;
const SUBRESOURCE: ReadonlyMap<string, string> = new Map([
  ['get', 'get'],
  ['put', 'put'],
  ['patch', 'patch'],
]);
