import type { Resource } from '../../../src/api/resource.ts';
import { openApiRef, type OpenApiSchema, type OpenApiVersion } from '../../../src/schema/openapi.ts';
import type { KindPath } from './kind-paths.ts';
import {
  ANSWER_TYPES,
  EVERY_TYPE,
  CUSTOM_ANSWER_TYPES,
  CUSTOM_PATCH_TYPES,
  PATCH_TYPES,
  WATCHED_TYPES,
} from './media-types.ts';
import { capital, operationId, tagOf } from './operation-names.ts';
import type { Operation } from './operation.ts';
import { parametersOf, pathParameters } from './parameters.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** What can be done with the objects of a path, by method. */
export function kindOperations(path: KindPath, version: OpenApiVersion): Readonly<Record<string, Operation>> {
  return Object.fromEntries([...path.actions].map(([method, action]) => [method, operation(path, action, version)]));
}

function operation(path: KindPath, action: string, version: OpenApiVersion): Operation {
  const { resource, answer } = path;
  const body = bodyOf(path, action, version);
  return {
    id: idOf(path, action),
    description: described(path, action),
    tag: tagOf(resource),
    parameters: [...pathParameters(path.path), ...parametersOf(action)],
    ...(body === undefined ? {} : { body }),
    answer: {
      schema: openApiRef(answered(path, action), version),
      types: answerTypes(resource, action),
      codes: CODES.get(action) ?? [200],
    },
    action,
    kind: { group: answer.group, kind: answer.kind, version: answer.version },
  };
}

const CODES: ReadonlyMap<string, Operation['answer']['codes']> = new Map([
  ['post', [200, 201, 202]],
  ['put', [200, 201]],
  ['patch', [200, 201]],
  ['delete', [200, 202]],
]);
const LISTS: ReadonlySet<string> = new Set(['list', 'watch', 'watchlist']);

function answerTypes({ custom }: Resource, action: string): readonly string[] {
  if (custom !== undefined) return CUSTOM_ANSWER_TYPES;
  return LISTS.has(action) ? WATCHED_TYPES : ANSWER_TYPES;
}

function answered({ answer, resource }: KindPath, action: string): string {
  switch (action) {
    case 'list':
      return `${answer.openapiName}List`;
    case 'watch':
    case 'watchlist':
      return `${META}.WatchEvent`;
    case 'delete':
      // Namespaces answer with themselves and yet say that they do not.
      return resource.answersDeleted === true && resource.kind !== 'Namespace' ? answer.openapiName : `${META}.Status`;
    case 'deletecollection':
      return `${META}.Status`;
    default:
      return answer.openapiName;
  }
}

function bodyOf({ resource, answer }: KindPath, action: string, version: OpenApiVersion): Operation['body'] {
  const isCustom = resource.custom !== undefined;
  const ref = (component: string): OpenApiSchema => openApiRef(component, version);
  switch (action) {
    case 'post':
    case 'put':
      return { schema: ref(answer.openapiName), types: isCustom ? CUSTOM_ANSWER_TYPES : EVERY_TYPE, isRequired: true };
    case 'patch':
      return { schema: ref(`${META}.Patch`), types: isCustom ? CUSTOM_PATCH_TYPES : PATCH_TYPES, isRequired: true };
    case 'delete':
    case 'deletecollection':
      return { schema: ref(`${META}.DeleteOptions`), types: EVERY_TYPE, isRequired: false };
    default:
      return undefined;
  }
}

const VERBS: ReadonlyMap<string, string> = new Map([
  ['get', 'read'],
  ['post', 'create'],
  ['put', 'replace'],
  ['deletecollection', 'delete'],
  ['watchlist', 'watch'],
]);

function idOf({ resource, path, subresource, isAcrossNamespaces }: KindPath, action: string): string {
  const collection = action === 'deletecollection' ? 'Collection' : '';
  const where = path.includes('{namespace}') ? 'Namespaced' : '';
  const list = action === 'watchlist' ? 'List' : '';
  const across = isAcrossNamespaces ? 'ForAllNamespaces' : '';
  const rest = `${collection}${where}${resource.kind}${capital(subresource)}${list}${across}`;
  return operationId(VERBS.get(action) ?? action, resource, rest);
}

function described({ resource: { kind }, subresource }: KindPath, action: string): string {
  const of = subresource === '' ? '' : `${subresource} of `;
  const one = `${of}${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`;
  switch (action) {
    case 'get':
      return `read ${of}the specified ${kind}`;
    case 'put':
      return `replace ${of}the specified ${kind}`;
    case 'patch':
      return `partially update ${of}the specified ${kind}`;
    case 'post':
      return `create ${one}`;
    case 'delete':
      return `delete ${one}`;
    case 'deletecollection':
      return `delete collection of ${kind}`;
    case 'list':
      return `list or watch objects of kind ${kind}`;
    default:
      return `watch objects of kind ${kind}; succeeded by the parameter watch of a list`;
  }
}
