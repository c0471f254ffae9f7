import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { http } from '../../../src/base/http.ts';
import type { Files } from '../../../src/base/world.ts';
import { findRoute } from './find-route.ts';
import type { Forwarder } from './forwarder.ts';
import type { ProxiedRequest } from './proxy-filter.ts';
import { sendText } from './send-text.ts';
import { serveStaticFile } from './static-files.ts';

/** Many more than one person's programs open at once. */
const MAX_CONNECTIONS = 4096;

export interface ProxyServerOptions {
  readonly forwarder: Forwarder;
  readonly files: Files;
  /** Prefixes end with a slash. */
  readonly apiPrefix: string;
  /** Put before each path at the cluster; '' for nothing. */
  readonly serverPath: string;
  readonly accepts: (request: ProxiedRequest) => boolean;
  readonly www?: { readonly prefix: string; readonly folder: string };
}

type Judged =
  | { readonly to: 'api'; readonly path: string }
  | { readonly to: 'www'; readonly path: string; readonly query: string }
  | { readonly redirect: string }
  | { readonly refuse: number; readonly text: string };

/** A server that hands what is asked of it to a cluster, or to a folder of files. */
export function proxyServer(options: ProxyServerOptions): Server {
  const server = http.createServer({ requestTimeout: 0, keepAliveTimeout: 0 }, (request, answer) => {
    serve(options, request, answer);
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const judged = judge(options, request);
    if ('to' in judged && judged.to === 'api') void options.forwarder.upgrade(request, socket, head, judged.path);
    else
      refuseUpgrade(socket, 'refuse' in judged ? judged.refuse : 400, 'refuse' in judged ? judged.text : 'Bad Request');
  });
  return server;
}

function serve(options: ProxyServerOptions, request: IncomingMessage, answer: ServerResponse): void {
  const judged = judge(options, request);
  if ('refuse' in judged) return sendText(answer, judged.refuse, judged.text);
  if ('redirect' in judged) return sendRedirect(request, answer, judged.redirect);
  if (judged.to === 'api') {
    void options.forwarder.forward(request, answer, judged.path);
    return;
  }
  void serveStaticFile(options.files, options.www?.folder ?? '', {
    request,
    answer,
    path: judged.path,
    query: judged.query,
  });
}

function judge(options: ProxyServerOptions, { url = '', method = 'GET', headers }: IncomingMessage): Judged {
  const [, raw = '', query = ''] = /^(\/[^?]*)(\?.*)?$/.exec(url) ?? [];
  const whole = unescaped(raw);
  if (raw === '' || whole === undefined) return { refuse: 400, text: 'Bad Request' };
  const { apiPrefix, www } = options;
  const routes = [
    { prefix: apiPrefix, to: 'api' as const },
    ...(www === undefined ? [] : [{ prefix: www.prefix, to: 'www' as const }]),
  ];
  const route = findRoute(routes, raw);
  if ('redirect' in route) return { redirect: route.redirect + query };
  if ('missing' in route) return { refuse: 404, text: '404 page not found' };
  if (route.to === 'www') return { to: 'www', path: whole.slice(www?.prefix.length), query };
  const below = apiPrefix.startsWith('/api') ? raw : raw.slice(apiPrefix.length - 1);
  const path = unescaped(below) ?? '';
  const isAccepted = options.accepts({ method, path: below === '/' ? '' : path, host: headers.host ?? '' });
  return isAccepted ? { to: 'api', path: options.serverPath + below + query } : { refuse: 403, text: 'Forbidden' };
}

function unescaped(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function sendRedirect(request: IncomingMessage, answer: ServerResponse, location: string): void {
  const isRead = request.method === 'GET';
  const type = isRead || request.method === 'HEAD' ? { 'content-type': 'text/html; charset=utf-8' } : {};
  const body = isRead ? `<a href="${attribute(location)}">Moved Permanently</a>.\n\n` : '';
  const length = isRead ? { 'content-length': Buffer.byteLength(body) } : {};
  answer.writeHead(301, { location, ...type, ...length }).end(body);
}

const attribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&#34;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function refuseUpgrade(socket: Duplex, status: number, text: string): void {
  socket.on('error', () => socket.destroy());
  const body = `${text}\n`;
  const headers = `Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\nContent-Length: ${body.length}`;
  socket.end(`HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? ''}\r\n${headers}\r\nConnection: close\r\n\r\n${body}`);
}
