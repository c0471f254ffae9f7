import type { Socket } from 'node:net';
import { resolve } from 'node:path';
import { presentOr } from '../../../src/base/failed-with.ts';
import { bool, duration, int, text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { BareFailure, Failure } from '../failures.ts';
import { Forwarder } from './forwarder.ts';
import { listenOnPort, listenOnSocket } from './listen-local.ts';
import { proxyFilter, type ProxiedRequest } from './proxy-filter.ts';
import { proxyServer } from './proxy-server.ts';

const DEFAULT_PORT = 8001;
/** What a fatal line of Go's log ends a program with. */
const FATAL = 255;

export const proxyVerb: Verb = {
  usage: '[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]',
  about: 'Creates a proxy server between localhost and the Kubernetes API server; it may serve static files, too.',
  flags: [
    text('www', 'Also serve files from this folder.', { short: 'w' }),
    text('www-prefix', 'Prefix to serve files under.', { short: 'P', fallback: '/static/' }),
    text('api-prefix', 'Prefix to serve the API under.', { fallback: '/' }),
    text('accept-paths', 'Expressions for paths to accept.', { fallback: '^.*' }),
    text('reject-paths', 'Expressions for paths to reject.', {
      fallback: '^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach',
    }),
    text('accept-hosts', 'Expressions for hosts to accept.', {
      fallback: String.raw`^localhost$,^127\.0\.0\.1$,^\[::1\]$`,
    }),
    text('reject-methods', 'Expressions for methods to reject.', { fallback: '^$' }),
    int('port', 'The port to listen on; 0 for any.', { short: 'p', fallback: String(DEFAULT_PORT) }),
    text('address', 'The address to listen on.', { fallback: '127.0.0.1' }),
    bool('disable-filter', 'Reject nothing.'),
    text('unix-socket', 'The socket to listen on in place of a port.', { short: 'u' }),
    duration('keepalive', 'How often an idle connection to the cluster is probed.'),
    bool('append-server-path', "Put the path of the cluster's URL before each path."),
  ],
  run: proxy,
};

async function proxy(call: Call): Promise<void> {
  const { flags, terminal, world, cluster } = call;
  const client = await cluster.client();
  const warn = (message: string): void => terminal.err(`W proxy] ${message}\n`);
  const serverPath = new URL(client.access.server).pathname.replace(/\/$/, '');
  if (serverPath !== '' && !flags.bool('append-server-path')) {
    warn(
      `Your kube context contains a server path ${serverPath}, use --append-server-path to automatically append the path to each request`,
    );
  }
  const accepts = filterOf(call, warn);
  const socket = flags.text('unix-socket');
  if (flags.int('port') !== DEFAULT_PORT && socket !== '') {
    throw new Failure('cannot set --unix-socket and --port at the same time');
  }
  const www = await wwwOf(call, warn);
  const apiPrefix = slashed(flags.text('api-prefix'));
  for (const prefix of [apiPrefix, ...(www === undefined ? [] : [www.prefix])]) {
    if (!prefix.startsWith('/')) throw new Failure(`a prefix has to begin with a slash: ${prefix}`);
  }
  if (www?.prefix === apiPrefix) throw new Failure(`--www-prefix and --api-prefix are the same: ${apiPrefix}`);
  using forwarder = new Forwarder({
    client,
    timers: world.timers,
    keepAliveMs: flags.durationMs('keepalive'),
    tellFailure: message => terminal.err(`E proxy] ${message}\n`),
  });
  const server = proxyServer({
    forwarder,
    files: world.files,
    apiPrefix,
    serverPath: flags.bool('append-server-path') ? serverPath : '',
    accepts,
    ...(www === undefined ? {} : { www }),
  });
  const connections = new Set<Socket>();
  server.on('connection', connection => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  if (socket !== '') await listenOnSocket(server, world.files, socket);
  const address = socket === '' ? await listenOnPort(server, flags.text('address'), flags.int('port')) : socket;
  terminal.out(`Starting to serve on ${address}\n`);
  await aborted(terminal.over);
  server.close();
  for (const connection of connections) connection.destroy();
}

const slashed = (prefix: string): string => (prefix.endsWith('/') ? prefix : `${prefix}/`);

function filterOf({ flags }: Call, warn: (message: string) => void): (request: ProxiedRequest) => boolean {
  if (flags.bool('disable-filter')) {
    if (flags.text('unix-socket') === '') {
      warn('Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious');
    }
    return () => true;
  }
  const filter = proxyFilter({
    acceptPaths: flags.text('accept-paths'),
    rejectPaths: flags.text('reject-paths'),
    acceptHosts: flags.text('accept-hosts'),
    rejectMethods: flags.text('reject-methods'),
  });
  if ('problem' in filter) throw new BareFailure(`F proxy] Error compiling re: ${filter.problem}`, FATAL);
  return filter.accepts;
}

async function wwwOf(
  { flags, terminal, world }: Call,
  warn: (message: string) => void,
): Promise<{ readonly prefix: string; readonly folder: string } | undefined> {
  const given = flags.text('www');
  if (given === '') return undefined;
  const folder = resolve(terminal.workFolder, given);
  const stat = await presentOr(undefined, () => world.files.stat(folder));
  if (stat === undefined) {
    warn(`Failed to stat static file directory ${given}: stat ${given}: no such file or directory`);
  } else if (!stat.isDirectory()) warn(`Static file directory ${given} is not a directory`);
  return { prefix: slashed(flags.text('www-prefix')), folder };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise(done => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
