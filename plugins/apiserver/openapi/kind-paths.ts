import type { Resource } from '../../../src/api/resource.ts';
import { qualified } from '../../../src/api/status-error.ts';
import { Scale } from '../../kinds/autoscaling/v1/scale.ts';
import type { SubresourceHandler } from '../contract.ts';
import { servedVerbs } from '../served-verbs.ts';

type Answer = Pick<Resource, 'group' | 'version' | 'kind' | 'openapiName'>;

/** One path of a kind with the actions on it. */
export interface KindPath {
  readonly path: string;
  readonly resource: Resource;
  readonly subresource: string;
  /** Kind of the bodies. */
  readonly answer: Answer;
  /** Method to `x-kubernetes-action`. */
  readonly actions: ReadonlyMap<string, string>;
  readonly isAcrossNamespaces: boolean;
}

/** All paths of a kind that take or answer objects. */
export function kindPaths(resource: Resource, handlers: readonly SubresourceHandler[]): readonly KindPath[] {
  const root = rootOf(resource);
  const tail = tailOf(resource);
  const verbs: ReadonlySet<string> = new Set(servedVerbs(resource));
  const path = (text: string, actions: Actions, more: Partial<KindPath> = {}): KindPath => ({
    path: text,
    resource,
    subresource: '',
    answer: resource,
    actions: new Map(actions.flatMap(([method, action, verb]) => (verbs.has(verb) ? [[method, action]] : []))),
    isAcrossNamespaces: false,
    ...more,
  });
  const part = (name: string, answer: Answer, methods: readonly string[]): KindPath => ({
    ...path(`${root}${tail}/{name}/${name}`, [], { subresource: name, answer }),
    actions: new Map(methods.map(method => [method, method])),
  });
  const across = { isAcrossNamespaces: true };
  const isNamespaced = resource.scope === 'Namespaced';
  return [
    path(`${root}${tail}`, COLLECTION),
    path(`${root}${tail}/{name}`, OBJECT),
    ...(isNamespaced ? [path(`${root}/${resource.plural}`, ACROSS, across)] : []),
    ...(resource.custom === undefined
      ? [
          path(`${root}/watch${tail}`, WATCHED_COLLECTION),
          path(`${root}/watch${tail}/{name}`, WATCHED_OBJECT),
          ...(isNamespaced ? [path(`${root}/watch/${resource.plural}`, WATCHED_COLLECTION, across)] : []),
        ]
      : []),
    ...(resource.status === true ? [part('status', resource, PART)] : []),
    ...Object.keys(resource.parts ?? {}).map(name => part(name, resource, PART)),
    ...(resource.scale === undefined ? [] : [part('scale', Scale, PART)]),
    ...(qualified(resource) === 'namespaces' ? [part('finalize', resource, ['put'])] : []),
    ...handlers.flatMap(({ resource: owner, subresource, body }) =>
      owner === qualified(resource) && body !== undefined ? [part(subresource, body, ['post'])] : [],
    ),
  ].filter(({ actions }) => actions.size > 0);
}

/** `/apis/apps/v1` */
export const rootOf = ({ group, apiVersion }: Pick<Resource, 'group' | 'apiVersion'>): string =>
  `${group === '' ? '/api' : '/apis'}/${apiVersion}`;

/** `/namespaces/{namespace}/pods`, `/nodes` */
export const tailOf = ({ scope, plural }: Pick<Resource, 'scope' | 'plural'>): string =>
  `${scope === 'Namespaced' ? '/namespaces/{namespace}' : ''}/${plural}`;

/** Method, action, and the verb that it takes. */
type Actions = readonly (readonly [string, string, string])[];
const COLLECTION: Actions = [
  ['get', 'list', 'list'],
  ['post', 'post', 'create'],
  ['delete', 'deletecollection', 'deletecollection'],
];
const OBJECT: Actions = [
  ['get', 'get', 'get'],
  ['put', 'put', 'update'],
  ['patch', 'patch', 'patch'],
  ['delete', 'delete', 'delete'],
];
const ACROSS: Actions = [['get', 'list', 'list']];
const WATCHED_COLLECTION: Actions = [['get', 'watchlist', 'watch']];
const WATCHED_OBJECT: Actions = [['get', 'watch', 'watch']];
const PART = ['get', 'put', 'patch'];
