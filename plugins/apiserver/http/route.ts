import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Resource } from '../../../src/api/resource.ts';
import { qualified, StatusError } from '../../../src/api/status-error.ts';
import type { Api } from '../api.ts';
import { requireAllowed } from '../access/authorize.ts';
import type {
  Aggregation,
  ConnectHandler,
  ConnectRequest,
  NonResourceRoute,
  RemoteApi,
  RequestInfo,
} from '../contract.ts';
import { groupVersions } from '../discovery/served-kinds.ts';
import { serveDiscovery } from '../discovery/serve-discovery.ts';
import { serveHealth, type Health } from '../health.ts';
import { VERSION } from '../version.ts';
import { admitConnect } from './admit-connect.ts';
import type { Answer } from './answer.ts';
import type { HttpRequest } from './http-request.ts';
import { pageNotFound, resourceNotFound } from './resource-not-found.ts';
import { methodNotAllowed, serveResource } from './serve-resource.ts';
import { streamOverWebSocket } from './web-socket-stream.ts';
import { serveSubresource } from './serve-subresource.ts';

export interface RouteParts {
  readonly api: Api;
  readonly health: Health;
  readonly routes: readonly NonResourceRoute[];
  readonly connects: readonly ConnectHandler[];
  /** One at most. */
  readonly aggregations: readonly Aggregation[];
  serverAddress(): string;
  /** OpenAPI and metrics; `undefined` for other paths. */
  documents(request: HttpRequest): Promise<Answer | undefined>;
}

/** Whose request it is, once it is allowed. Throws `StatusError`. */
export async function route(parts: RouteParts, request: HttpRequest): Promise<Answer> {
  const remote = remoteOf(parts, request);
  if (remote !== undefined) {
    return { type: 'stream', run: answer => remote.stream(connectRequest(request), answer) };
  }
  if (request.info.isResourceRequest) return routeResource(parts, request);
  return routeDocument(parts, request);
}

/** What is no resource. Upstream's handlers of groups, schemas and health answer whatever they are asked by. */
async function routeDocument(parts: RouteParts, request: HttpRequest): Promise<Answer> {
  if (request.method !== 'GET' && isGetOnly(request)) throw methodNotAllowed();
  const { api, health, routes, connects } = parts;
  const { segments, query, info } = request;
  const aggregation = parts.aggregations[0];
  const served = { catalog: api.catalog, aggregation, subresources: api.subresources, connects };
  const answer =
    serveDiscovery(served, request, parts.serverAddress()) ??
    (await serveHealth(health, segments, query)) ??
    (await parts.documents(request));
  if (answer !== undefined) return answer;
  if (request.method !== 'GET' && request.method !== 'HEAD') throw pageNotFound();
  if (info.path === '/version') return { type: 'value', code: 200, value: VERSION };
  const fixed = routes.find(({ path }) => path === info.path);
  if (fixed !== undefined) {
    return { type: 'text', code: 200, contentType: fixed.contentType, text: await fixed.body(query) };
  }
  if (info.path === '/') return { type: 'value', code: 200, value: { paths: rootPaths(parts) } };
  throw pageNotFound();
}

const isGetOnly = ({ segments: [root, ...more] }: HttpRequest): boolean =>
  (root === 'version' && more.length === 0) ||
  (root === 'api' && more.length === 1) ||
  (root === 'apis' && more.length === 2);

/** Who answers everything below `/apis/<group>/<version>`, where that is another server. */
function remoteOf({ aggregations }: RouteParts, { segments }: HttpRequest): RemoteApi | undefined {
  const [root, group, version] = segments;
  if (root !== 'apis' || group === undefined || version === undefined) return undefined;
  return aggregations[0]?.find(group, version);
}

async function routeResource({ api, connects }: RouteParts, request: HttpRequest): Promise<Answer> {
  const { info } = request;
  const resource = api.catalog.find(info.group, info.version, info.resource);
  if (resource === undefined) throw unknownResource(api, info);
  const isPlain = !connects.some(({ subresource }) => subresource === info.subresource);
  if (request.method === 'HEAD' && isPlain) throw methodNotAllowed();
  if (resource.scope === 'Cluster' && info.namespace !== '' && info.resource !== 'namespaces') throw resourceNotFound();
  if (isPartOf(resource, info.subresource)) {
    return serveResource(api, request, resource);
  }
  const connect = connects.find(
    handler => handler.resource === qualified(resource) && handler.subresource === info.subresource,
  );
  if (connect === undefined) return serveSubresource(api, request, resource);
  await requireCreate(api, connect, request);
  if (connect.stream === undefined) throw new StatusError('BadRequest', 'Upgrade request required');
  const admitted = await admitConnect(api, resource, connect, connectRequest(request), request.steps);
  return { type: 'stream', run: async answer => connect.stream?.(admitted, answer) };
}

/** What is read and written as the object itself is. */
const isPartOf = (resource: Resource, subresource: string): boolean =>
  subresource === '' ||
  (subresource === 'status' && resource.status === true) ||
  Object.hasOwn(resource.parts ?? {}, subresource);

/** Of a group that is served the server says so in its own words; of others Go's router does. */
const unknownResource = ({ catalog }: Api, { group }: RequestInfo): StatusError =>
  group === '' || catalog.all.some(known => known.group === group) ? resourceNotFound() : pageNotFound();

/** An upgraded connection, handed to whoever serves it. Throws `StatusError` before anything was written. */
export async function routeUpgrade(
  parts: RouteParts,
  request: HttpRequest,
  raw: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const { api, connects } = parts;
  const { info } = request;
  const remote = remoteOf(parts, request);
  if (remote !== undefined) {
    await remote.upgrade({ ...connectRequest(request), raw }, socket, head);
    return;
  }
  const resource = api.catalog.find(info.group, info.version, info.resource);
  const connect = connects.find(
    handler =>
      resource !== undefined && handler.resource === qualified(resource) && handler.subresource === info.subresource,
  );
  if (resource === undefined || connect === undefined) throw resourceNotFound();
  await requireCreate(api, connect, request);
  const admitted = await admitConnect(api, resource, connect, connectRequest(request), request.steps);
  if (connect.upgrade !== undefined) {
    await connect.upgrade({ ...admitted, raw }, socket, head);
    return;
  }
  await streamOverWebSocket(raw, socket, head, async answer => connect.stream?.(admitted, answer));
}

/** A WebSocket is asked for by GET, but who may only read is not to run commands; upstream from 1.35 on. */
async function requireCreate(api: Api, { verbs }: ConnectHandler, { user, info }: HttpRequest): Promise<void> {
  if (info.verb !== 'get' || !verbs.includes('create')) return;
  await requireAllowed(api.authorization, user, { ...info, verb: 'create' });
}

const connectRequest = (request: HttpRequest): ConnectRequest => ({
  method: request.method,
  user: request.user,
  namespace: request.info.namespace,
  name: request.info.name,
  dryRun: false,
  query: request.query,
  search: request.search,
  base: request.base,
  rest: request.rest,
  host: request.headers.host ?? [request.headers[':authority'] ?? ''].flat().join(),
  headers: Object.entries(request.headers).flatMap(([name, value = []]) =>
    [value].flat().flatMap(each => [name, each]),
  ),
  body: request.body,
  signal: request.signal(),
});

function rootPaths({ api, routes, aggregations }: RouteParts): readonly string[] {
  const all = groupVersions({ catalog: api.catalog, aggregation: aggregations[0] });
  const versions = all.map(({ group, apiVersion }) => (group === '' ? '/api/v1' : `/apis/${apiVersion}`));
  const groups = all.flatMap(({ group }) => (group === '' ? [] : [`/apis/${group}`]));
  const fixed = [
    '/api',
    '/apis',
    '/healthz',
    '/livez',
    '/metrics',
    '/metrics/slis',
    '/openapi/v2',
    '/openapi/v3',
    '/readyz',
    '/version',
  ];
  const listed = routes.filter(({ isUnlisted }) => isUnlisted !== true).map(({ path }) => path);
  return [...new Set([...versions, ...groups, ...fixed, ...listed])].sort();
}
