import type { Resource } from '../../../src/api/resource.ts';
import { qualified } from '../../../src/api/status-error.ts';
import type { ConnectField, ConnectHandler } from '../contract.ts';
import { rootOf, tailOf } from './kind-paths.ts';
import { ANSWER_TYPES, EVERY_TYPE } from './media-types.ts';
import { capital, operationId, tagOf } from './operation-names.ts';
import type { Operation } from './operation.ts';
import { pathParameters, queryParameters, type Parameter } from './parameters.ts';

type Operations = Readonly<Record<string, Operation>>;

/** Paths of a kind that are answered by a stream, with what is done there by method. */
export function streamPaths(
  resource: Resource,
  connects: readonly ConnectHandler[],
): readonly (readonly [string, Operations])[] {
  const root = `${rootOf(resource)}${tailOf(resource)}/{name}`;
  return connects
    .filter(({ resource: owner }) => owner === qualified(resource))
    .flatMap(handler => {
      const path = `${root}/${handler.subresource}`;
      if (handler.options === undefined) return [[path, { get: readOperation(resource, path, handler) }] as const];
      const paths = handler.subresource === 'proxy' ? [path, `${path}/{path}`] : [path];
      return paths.map(each => [each, connectOperations(resource, each, handler)] as const);
    });
}

const UPGRADES = ['get', 'post'];
const PROXIED = ['delete', 'get', 'head', 'options', 'patch', 'post', 'put'];

function connectOperations(resource: Resource, path: string, { subresource, options }: ConnectHandler): Operations {
  const isBelow = path.endsWith('{path}');
  const methods = subresource === 'proxy' ? PROXIED : UPGRADES;
  const where = path.includes('{namespace}') ? 'Namespaced' : '';
  const fields = Object.entries(options?.fields ?? {});
  const described = (method: string): Operation => ({
    id: operationId(
      'connect',
      resource,
      `${capital(method)}${where}${resource.kind}${capital(subresource)}${isBelow ? 'WithPath' : ''}`,
    ),
    description: `connect ${method.toUpperCase()} requests to ${subresource} of ${resource.kind}`,
    tag: tagOf(resource),
    parameters: [
      ...pathParameters(path),
      ...queryParameters(Object.fromEntries(fields.map(([name, field]) => [name, TYPES[field]]))),
    ],
    answer: { schema: { type: 'string' }, types: EVERY_TYPE, codes: [200] },
    action: 'connect',
    kind: { group: '', kind: options?.kind ?? '', version: 'v1' },
  });
  return Object.fromEntries(methods.map(method => [method, described(method)]));
}

const TYPES: Readonly<Record<ConnectField, Parameter['type']>> = {
  boolean: 'boolean',
  integers: 'integer',
  path: 'string',
  string: 'string',
  strings: 'string',
};

/** Of a log, which is read like an object. */
const LOG = queryParameters({
  container: 'string',
  follow: 'boolean',
  insecureSkipTLSVerifyBackend: 'boolean',
  limitBytes: 'integer',
  pretty: 'string',
  previous: 'boolean',
  sinceSeconds: 'integer',
  stream: 'string',
  tailLines: 'integer',
  timestamps: 'boolean',
});

const readOperation = (resource: Resource, path: string, { subresource }: ConnectHandler): Operation => ({
  id: operationId('read', resource, `Namespaced${resource.kind}${capital(subresource)}`),
  description: `read ${subresource} of the specified ${resource.kind}`,
  tag: tagOf(resource),
  parameters: [...pathParameters(path), ...LOG],
  answer: { schema: { type: 'string' }, types: ['text/plain', ...ANSWER_TYPES], codes: [200] },
  action: 'get',
  kind: { group: resource.group, kind: resource.kind, version: resource.version },
});
