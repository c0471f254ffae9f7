import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import fastify from 'fastify';
import { METRICS_TEXT_TYPE } from '../../../src/base/metrics-text.ts';
import { withoutRouteSchemas } from '../../../src/base/without-route-schemas.ts';
import { StatusError } from '../../../src/api/status-error.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { KeyPair } from '../../auth/contract.ts';
import type { NodeAgent } from '../contract.ts';
import { refuseUpgrade } from '../exec/refuse-upgrade.ts';
import { MAX_KUBELET_HEADER_BYTES, MAX_KUBELET_PATH } from '../limits.ts';
import type { NodeReports } from '../metrics/node-reports.ts';
import { requireEntry, type EntryDeps } from './require-entry.ts';

export interface KubeletServerDeps extends EntryDeps {
  readonly agent: NodeAgent;
  readonly log: Logger;
  readonly keys: KeyPair;
  /** Client certificates are verified against it; none is required. */
  readonly caCertificate: string;
  readonly bindAddress: string;
  readonly port: number;
  /** Open at once; more are closed as they come. */
  readonly connections: number;
  /** This node's pods as a PodList. */
  readonly pods: () => unknown;
  /** A KubeletConfiguration, for `/configz`. */
  readonly configuration: object;
  readonly reports: Pick<NodeReports, 'own' | 'resource' | 'cadvisor' | 'probes' | 'summary'>;
  /** Runs a command to its end and answers its output, for `/run`. */
  readonly run: (namespace: string, pod: string, container: string, command: readonly string[]) => Promise<string>;
}

export interface KubeletServer extends AsyncDisposable {
  readonly port: number;
  /** For handshakes from now on; connections that stand go on. */
  renew(keys: KeyPair): void;
}

/** The kubelet's own API on 10250: nobody is served who is not known and allowed. */
export async function listenKubelet(deps: KubeletServerDeps): Promise<KubeletServer> {
  const secure = ({ certificate, privateKey }: KeyPair): SecureContextOptions => ({
    cert: certificate,
    key: privateKey,
    ca: deps.caCertificate,
    minVersion: 'TLSv1.2',
  });
  const app = fastify({
    https: {
      ...secure(deps.keys),
      requestCert: true,
      rejectUnauthorized: false,
      maxHeaderSize: MAX_KUBELET_HEADER_BYTES,
    },
    routerOptions: { maxParamLength: MAX_KUBELET_PATH },
    bodyLimit: 1024,
    schemaController: withoutRouteSchemas,
    forceCloseConnections: true,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.addHook('onRequest', async request => void (await requireEntry(deps, request.raw)));
  app.setErrorHandler(async (error, _request, reply) => answerError(deps.log, error, reply));
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('404 page not found\n'));
  app.get('/healthz', (_request, reply) => reply.type('text/plain').send('ok'));
  app.get('/pods', (_request, reply) => reply.type('application/json').send(JSON.stringify(deps.pods())));
  app.get('/configz', (_request, reply) => reply.type('application/json').send(JSON.stringify(deps.configuration)));
  serveReports(app, deps.reports);
  app.get<PodRoute>('/containerLogs/:namespace/:pod/:container', (request, reply) => serveLog(deps, request, reply));
  app.post<PodRoute>('/run/:namespace/:pod/:container', async (request, reply) => {
    const { namespace, pod, container } = request.params;
    const command = queryOf(request.raw)
      .getAll('cmd')
      .flatMap(words => words.split(' '));
    return reply.type('text/plain').send(await deps.run(namespace, pod, container, command));
  });
  app.server.maxConnections = deps.connections;
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    serveUpgrade(deps, request, socket, head).catch((error: unknown) => {
      if (error instanceof StatusError) refuseUpgrade(socket, error);
      else socket.destroy();
    });
  });
  const upgraded = new Set<Duplex>();
  app.server.on('secureConnection', (socket: TLSSocket) => {
    upgraded.add(socket);
    socket.once('close', () => upgraded.delete(socket));
    // Whoever serves the connection hears of its end; here only a failed handshake must not end the process.
    socket.on('error', () => socket.destroy());
  });
  await app.listen({ host: deps.bindAddress, port: deps.port });
  // A listening TCP server's address is never a path.
  const { port } = app.server.address() as AddressInfo;
  return {
    port,
    renew: keys => app.server.setSecureContext(secure(keys)),
    [Symbol.asyncDispose]: async () => {
      for (const socket of upgraded) socket.destroy();
      await app.close();
    },
  };
}

/** As much of Fastify as what is only read needs. */
interface Routes {
  get(
    path: string,
    answer: (request: { readonly raw: IncomingMessage }, reply: TextReply) => Promise<unknown>,
  ): unknown;
}
interface TextReply {
  type(contentType: string): { send(text: string): unknown };
}

function serveReports(app: Routes, reports: KubeletServerDeps['reports']): void {
  const metrics = (path: string, read: () => Promise<string> | string): void =>
    void app.get(path, async (_request, reply) => reply.type(METRICS_TEXT_TYPE).send(await read()));
  metrics('/metrics', () => reports.own());
  metrics('/metrics/resource', () => reports.resource());
  metrics('/metrics/cadvisor', () => reports.cadvisor());
  metrics('/metrics/probes', () => reports.probes());
  for (const path of ['/stats/summary', '/stats/summary/']) {
    app.get(path, async (request, reply) => {
      const only = queryOf(request.raw).get('only_cpu_and_memory') === 'true';
      return reply.type('application/json').send(JSON.stringify(await reports.summary(only)));
    });
  }
}

interface PodRoute {
  readonly Params: { readonly namespace: string; readonly pod: string; readonly container: string };
}

/** As much of Fastify's reply as an answer that is written by hand needs. */
interface RawReply {
  readonly raw: ServerResponse;
  hijack(): unknown;
}
interface RawRequest {
  readonly raw: IncomingMessage;
  readonly params: PodRoute['Params'];
}

const queryOf = (request: IncomingMessage): URLSearchParams =>
  new URL(request.url ?? '/', 'https://kubelet.invalid').searchParams;

async function serveLog(deps: KubeletServerDeps, request: RawRequest, reply: RawReply) {
  const { namespace, pod, container } = request.params;
  const query = queryOf(request.raw);
  query.set('container', container);
  const gone = new AbortController();
  const { raw } = reply;
  raw.on('close', () => gone.abort());
  const sink = {
    begin: () => {
      reply.hijack();
      raw.writeHead(200, { 'content-type': 'text/plain' });
      raw.flushHeaders();
    },
    write: (chunk: Uint8Array) => writeOut(raw, chunk),
  };
  await deps.agent.log({ namespace, name: pod }, query, sink, gone.signal);
  raw.end();
}

/** Resolves when the connection takes more, or never will. */
function writeOut(raw: ServerResponse, chunk: Uint8Array): Promise<void> {
  if (raw.destroyed || raw.write(chunk)) return Promise.resolve();
  return new Promise(resolve => {
    const done = (): void => {
      raw.off('drain', done);
      raw.off('close', done);
      resolve();
    };
    raw.on('drain', done);
    raw.on('close', done);
  });
}

async function serveUpgrade(
  deps: KubeletServerDeps,
  raw: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  await requireEntry(deps, raw);
  const url = new URL(raw.url ?? '/', 'https://kubelet.invalid');
  const [verb, namespace = '', name = '', container = ''] = url.pathname.split('/').slice(1).map(decodeURIComponent);
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  if (verb === 'portForward') {
    await deps.agent.portForward({ namespace, name }, url.searchParams, { raw, socket, head }, gone.signal);
    return;
  }
  if (verb !== 'exec' && verb !== 'attach')
    throw new StatusError('NotFound', `the kubelet has no stream ${url.pathname}`);
  const query = url.searchParams;
  query.set('container', container);
  // The kubelet's own names of the parameters, which are older than those of PodExecOptions.
  for (const [own, named] of [
    ['input', 'stdin'],
    ['output', 'stdout'],
    ['error', 'stderr'],
  ] as const) {
    const value = query.get(own);
    if (value !== null && !query.has(named)) query.set(named, value);
  }
  await deps.agent[verb]({ namespace, name }, query, { raw, socket, head }, gone.signal);
}

function answerError(log: Logger, error: unknown, reply: RawReply): void {
  if (!(error instanceof StatusError)) log.error('a request of the kubelet API failed', { error });
  if (reply.raw.headersSent) {
    reply.raw.destroy();
    return;
  }
  const code = error instanceof StatusError ? error.status.code : 500;
  const message = error instanceof StatusError ? error.message : 'Internal Server Error';
  reply.hijack();
  reply.raw.writeHead(code, { 'content-type': 'text/plain' }).end(message);
}
