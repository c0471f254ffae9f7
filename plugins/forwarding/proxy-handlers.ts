import type { IncomingMessage } from 'node:http';
import { pipeline, type Duplex } from 'node:stream';
import { createDeflateRaw, createGunzip, createGzip, createInflateRaw } from 'node:zlib';
import type { Client } from '../../src/api/client.ts';
import { StatusError } from '../../src/api/status-error.ts';
import type { World } from '../../src/base/world.ts';
import type { ConnectHandler, ConnectRequest, StreamAnswer } from '../apiserver/contract.ts';
import { askBackend, BackendError, type Backend } from './backend.ts';
import { forwardUpgrade } from './forward-upgrade.ts';
import { forwardedHeaders, returnedHeaders } from './forwarded-headers.ts';
import { LinkRewriter } from './link-rewriter.ts';
import { podTarget, portOf, readProxyName, serviceTarget, backendOf } from './proxy-target.ts';
import { requireProxyableAddress } from './proxyable-address.ts';
import { rewrittenLocation } from './rewritten-location.ts';

export interface ProxyDeps {
  readonly client: Client;
  readonly world: World;
  readonly kubelet: (nodeName: string) => Promise<Backend>;
}

/** Requests of any kind, passed on to a node's kubelet, a pod, or a service: `.../proxy/path`. */
export const proxyHandlers = (deps: ProxyDeps): readonly ConnectHandler[] => [
  proxy(deps, 'nodes', 'NodeProxyOptions', ({ name }) => nodeTarget(deps, name)),
  proxy(deps, 'pods', 'PodProxyOptions', ({ namespace, name }) => podTarget(deps.client, namespace, name)),
  proxy(deps, 'services', 'ServiceProxyOptions', ({ namespace, name }) =>
    serviceTarget(deps.client, deps.world.random, namespace, name),
  ),
];

/** The kubelet itself; any other port of the node's address without our certificate. */
async function nodeTarget({ kubelet }: ProxyDeps, id: string): Promise<Backend> {
  const { scheme, name, port } = readProxyName(id, 'node');
  const own = await kubelet(name);
  const isKubelet = (scheme === '' || scheme === own.scheme) && (port === '' || Number(port) === own.port);
  if (isKubelet) return own;
  requireProxyableAddress(own.host);
  return backendOf(scheme, own.host, port === '' ? undefined : portOf(port));
}

const proxy = (
  { world }: ProxyDeps,
  resource: string,
  kind: string,
  target: (request: ConnectRequest) => Promise<Backend>,
): ConnectHandler => ({
  resource,
  subresource: 'proxy',
  verbs: ['get'],
  options: { kind, fields: { path: 'path' } },
  async stream(request, answer) {
    const backend = await target(request);
    if (request.rest === '' && ['GET', 'HEAD'].includes(request.method)) {
      const location = `${request.base}/${request.search}`;
      answer.head(
        [
          ['location', location],
          ['content-length', '0'],
        ],
        301,
      );
      return;
    }
    await pass(world, backend, request, answer);
  },
  async upgrade(request, socket, head) {
    const backend = await target(request);
    const path = `${request.rest === '' ? '/' : request.rest}${request.search}`;
    await forwardUpgrade(world.timers, backend, { raw: request.raw, socket, head, path, signal: request.signal });
  },
});

async function pass({ timers }: World, backend: Backend, request: ConnectRequest, answer: StreamAnswer): Promise<void> {
  const { method, rest, search, base, body, host, signal } = request;
  const forwarded = ['X-Forwarded-Uri', `${base}${rest}`, 'X-Forwarded-Host', host, 'X-Forwarded-Proto', 'https'];
  const headers = [...forwardedHeaders(request.headers, 'plain'), ...forwarded];
  const asked = { method, path: `${rest === '' ? '/' : rest}${search}`, headers, body, signal };
  const reply = await askBackend(timers, backend, asked).catch((error: unknown) => {
    if (!(error instanceof BackendError)) throw error;
    throw new StatusError('ServiceUnavailable', `error trying to reach service: ${error.message}`);
  });
  if (reply.type === 'upgrade') {
    reply.socket.destroy();
    throw new StatusError('ServiceUnavailable', 'error trying to reach service: unexpected upgrade');
  }
  await tell(reply.answer, backend, request, answer);
}

async function tell(
  from: IncomingMessage,
  backend: Backend,
  { base, host, method }: ConnectRequest,
  answer: StreamAnswer,
): Promise<void> {
  const rewrite = (url: string): string => rewrittenLocation(url, { base, host, backend });
  const links = linkStreams(from, rewrite);
  const headers = returnedHeaders(from.rawHeaders)
    .filter(([name]) => links === undefined || name !== 'content-length')
    .map(([name, value]) => [name, name === 'location' ? rewrite(value) : value] as const);
  answer.head(headers, from.statusCode ?? 502);
  if (method === 'HEAD') {
    from.destroy();
    return;
  }
  if (links !== undefined) pipeline([from, ...links], () => undefined);
  for await (const chunk of links?.at(-1) ?? from) await answer.write(chunk as Buffer);
}

/** What a page goes through so that its links lead through the proxy too; `undefined` for what is none, or in no known encoding. */
function linkStreams({ headers }: IncomingMessage, rewrite: (url: string) => string): readonly Duplex[] | undefined {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (type.trim() !== 'text/html' || headers.location !== undefined) return undefined;
  const links = new LinkRewriter(rewrite);
  switch (headers['content-encoding']) {
    case undefined:
      return [links];
    case 'gzip':
      return [createGunzip(), links, createGzip()];
    case 'deflate':
      return [createInflateRaw(), links, createDeflateRaw()];
    default:
      return undefined;
  }
}
