import { isIP } from 'node:net';
import { connect, type ConnectionOptions, getCACertificates, type TLSSocket } from 'node:tls';
import { dialProblem } from '../../src/base/dial-problem.ts';
import { failedWith } from '../../src/base/failed-with.ts';
import { isSignedBy } from '../../src/base/signed-by.ts';
import type { Timers, World } from '../../src/base/world.ts';
import type { ReadyEndpoint } from '../kinds/discovery/v1/slices-of-service.ts';
import { DIAL_MS } from './limits.ts';
import type { WebhookPlace } from './webhook-place.ts';

/** A connection that was not made; the message is Go's. */
export class ConnectionError extends Error {
  readonly code = 'NotConnected';
}

/** Finds who answers for a service. */
export type Resolve = (
  service: NonNullable<WebhookPlace['service']>,
) => Promise<ReadyEndpoint | { readonly problem: string }>;

/** A connection to whoever answers at `place`, its certificate verified. Rejects with `ConnectionError`. */
export async function openConnection(
  place: WebhookPlace,
  ca: string | undefined,
  resolve: Resolve,
  world: Pick<World, 'timers' | 'clock'>,
): Promise<TLSSocket> {
  const { serverName, port, service } = place;
  const endpoint = service === undefined ? { host: serverName, port } : await resolve(service);
  if ('problem' in endpoint) throw new ConnectionError(endpoint.problem);
  const { host } = endpoint;
  const address = `${host.includes(':') ? `[${host}]` : host}:${endpoint.port}`;
  const options = {
    host,
    port: endpoint.port,
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    // Whom this machine trusts, as upstream; Node brings a list of its own.
    ca: ca ?? getCACertificates('system'),
    // Who is named is trusted, whether or not another vouches for them.
    allowPartialTrustChain: true,
    ALPNProtocols: ['http/1.1'],
  };
  try {
    return await connected(options, world.timers);
  } catch (error) {
    const refused = new ConnectionError(dialProblem(error, address, serverName), { cause: error });
    if (ca === undefined || !failedWith(error, 'DEPTH_ZERO_SELF_SIGNED_CERT')) throw refused;
    return await connectedByOwnJudgement(options, ca, { world, serverName, refused });
  }
}

/** The same where OpenSSL cannot tell the server's certificate from its authority's. */
async function connectedByOwnJudgement(
  options: ConnectionOptions,
  ca: string,
  { world, serverName, refused }: Judging,
): Promise<TLSSocket> {
  const socket = await connected({ ...options, rejectUnauthorized: false }, world.timers).catch(() => undefined);
  const certificate = socket?.getPeerX509Certificate();
  if (socket === undefined || certificate === undefined) throw refused;
  const isMeant =
    isIP(serverName) === 0 ? certificate.checkHost(serverName, SAN_ONLY) : certificate.checkIP(serverName);
  if (isMeant !== undefined && isSignedBy(ca, certificate, world.clock.now())) return socket;
  socket.destroy();
  throw refused;
}

const SAN_ONLY = { subject: 'never', partialWildcards: false } as const;

interface Judging {
  readonly world: Pick<World, 'timers' | 'clock'>;
  readonly serverName: string;
  readonly refused: ConnectionError;
}

async function connected(options: ConnectionOptions, timers: Timers): Promise<TLSSocket> {
  const socket = connect(options);
  using _deadline = timers.after(DIAL_MS, () => {
    socket.destroy(Object.assign(new Error('late'), { code: 'ETIMEDOUT' }));
  });
  return await new Promise((done, failed) => {
    socket.once('secureConnect', () => done(socket));
    socket.once('error', failed);
  });
}
