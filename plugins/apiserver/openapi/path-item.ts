import type { OpenApiSchema, OpenApiVersion } from '../../../src/schema/openapi.ts';
import { openApiRef } from '../../../src/schema/openapi.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { compact } from './compact.ts';
import type { ServedPath } from './served-paths.ts';

type Json = Readonly<Record<string, unknown>>;

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const ANSWERS = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const PATCHES = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
];

/** The path item of one path: an operation a method, and the parameters all of them share. */
export function pathItem(path: ServedPath, version: OpenApiVersion): Json {
  const item: Record<string, unknown> = {};
  for (const [method, action] of path.actions) item[method] = operation(path, method, action, version);
  const shared = [...path.parameters.map(name => pathParameter(name, version)), query('pretty', 'string', version)];
  return { ...item, parameters: shared };
}

function operation(path: ServedPath, method: string, action: string, version: OpenApiVersion): Json {
  const { resource, answer } = path;
  const isWrite = method === 'post' || method === 'put' || method === 'patch';
  const parameters = [
    ...(isWrite ? writeParameters(method, version) : []),
    ...(action === 'list' || action === 'deletecollection' ? listParameters(version) : []),
    ...(action === 'delete' || action === 'deletecollection' ? deleteParameters(version) : []),
  ];
  const schema = openApiRef(answerComponent(action, path), version);
  const body = bodyOf(action, method, answer, version);
  return compact({
    description: `${DESCRIPTIONS.get(action) ?? action} ${resource.kind}`,
    operationId: operationId(path, action),
    tags: [tagOf(resource)],
    ...(version === 'v2' ? { produces: ANSWERS, schemes: ['https'] } : {}),
    ...(version === 'v2' ? { consumes: method === 'patch' ? PATCHES : ['*/*'] } : {}),
    parameters:
      version === 'v2' && body !== undefined
        ? [...parameters, { name: 'body', in: 'body', required: isWrite, schema: body }]
        : parameters,
    requestBody: version === 'v3' && body !== undefined ? requestBody(method, body, isWrite) : undefined,
    responses: responses(action, schema, version),
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group: answer.group, kind: answer.kind, version: answer.version },
  });
}

const DESCRIPTIONS: ReadonlyMap<string, string> = new Map([
  ['get', 'read the specified'],
  ['list', 'list or watch objects of kind'],
  ['post', 'create a'],
  ['put', 'replace the specified'],
  ['patch', 'partially update the specified'],
  ['delete', 'delete a'],
  ['deletecollection', 'delete collection of'],
]);

function answerComponent(action: string, { answer }: ServedPath): string {
  if (action === 'list') return `${answer.openapiName}List`;
  return action === 'delete' || action === 'deletecollection' ? `${META}.Status` : answer.openapiName;
}

/** A patch is any JSON; it has no fields a client could check. */
function bodyOf(
  action: string,
  method: string,
  answer: ServedPath['answer'],
  version: OpenApiVersion,
): OpenApiSchema | undefined {
  if (method === 'post' || method === 'put') return openApiRef(answer.openapiName, version);
  if (method === 'patch') return { type: 'object' };
  return action === 'delete' || action === 'deletecollection'
    ? openApiRef(`${META}.DeleteOptions`, version)
    : undefined;
}

function requestBody(method: string, schema: OpenApiSchema, required: boolean): Json {
  const types = method === 'patch' ? PATCHES : ['*/*'];
  return { content: Object.fromEntries(types.map(type => [type, { schema }])), ...(required ? { required } : {}) };
}

function responses(action: string, schema: OpenApiSchema, version: OpenApiVersion): Json {
  const described =
    version === 'v2' ? { schema } : { content: Object.fromEntries(ANSWERS.map(type => [type, { schema }])) };
  const codes =
    action === 'post' ? ['200', '201', '202'] : action === 'put' || action === 'patch' ? ['200', '201'] : ['200'];
  const names: Readonly<Record<string, string>> = { '200': 'OK', '201': 'Created', '202': 'Accepted' };
  return {
    ...Object.fromEntries(codes.map(code => [code, { description: names[code], ...described }])),
    '401': { description: 'Unauthorized' },
  };
}

function writeParameters(method: string, version: OpenApiVersion): readonly Json[] {
  return [
    query('dryRun', 'string', version),
    query('fieldManager', 'string', version),
    query('fieldValidation', 'string', version),
    ...(method === 'patch' ? [query('force', 'boolean', version)] : []),
  ];
}

const listParameters = (version: OpenApiVersion): readonly Json[] => [
  query('allowWatchBookmarks', 'boolean', version),
  query('continue', 'string', version),
  query('fieldSelector', 'string', version),
  query('labelSelector', 'string', version),
  query('limit', 'integer', version),
  query('resourceVersion', 'string', version),
  query('resourceVersionMatch', 'string', version),
  query('sendInitialEvents', 'boolean', version),
  query('timeoutSeconds', 'integer', version),
  query('watch', 'boolean', version),
];

const deleteParameters = (version: OpenApiVersion): readonly Json[] => [
  query('dryRun', 'string', version),
  query('gracePeriodSeconds', 'integer', version),
  query('orphanDependents', 'boolean', version),
  query('propagationPolicy', 'string', version),
];

const query = (name: string, type: string, version: OpenApiVersion): Json => ({
  name,
  in: 'query',
  ...(version === 'v2' ? { type, uniqueItems: true } : { schema: { type, uniqueItems: true } }),
});

const pathParameter = (name: string, version: OpenApiVersion): Json => ({
  name,
  in: 'path',
  required: true,
  ...(version === 'v2' ? { type: 'string', uniqueItems: true } : { schema: { type: 'string', uniqueItems: true } }),
});

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** The group's first label: `apps`, `rbacAuthorization`. */
const groupName = ({ group }: Resource): string =>
  group === ''
    ? 'core'
    : group.replace(/\.k8s\.io$/, '').replaceAll(/\.(\w)/g, (_dot, letter: string) => letter.toUpperCase());

const tagOf = (resource: Resource): string => `${groupName(resource)}_${resource.version}`;

const ACTION_NAMES: ReadonlyMap<string, string> = new Map([
  ['get', 'read'],
  ['post', 'create'],
  ['put', 'replace'],
  ['deletecollection', 'deleteCollection'],
]);

/** Unique in the document, and named as upstream's clients are generated from: `createCoreV1NamespacedPod`. */
function operationId({ resource, subresource, parameters, isAcrossNamespaces }: ServedPath, action: string): string {
  const verb = ACTION_NAMES.get(action) ?? action;
  const where = parameters.includes('namespace') ? 'Namespaced' : '';
  const tail = isAcrossNamespaces ? 'ForAllNamespaces' : capital(subresource);
  return `${verb}${capital(groupName(resource))}${capital(resource.version)}${where}${resource.kind}${tail}`;
}
