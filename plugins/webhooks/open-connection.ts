import { isIP } from 'node:net';
import { connect, getCACertificates, type TLSSocket } from 'node:tls';
import { dialProblem } from '../../src/base/dial-problem.ts';
import type { Timers } from '../../src/base/world.ts';
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
  timers: Timers,
): Promise<TLSSocket> {
  const { serverName, port, service } = place;
  const endpoint = service === undefined ? { host: serverName, port } : await resolve(service);
  if ('problem' in endpoint) throw new ConnectionError(endpoint.problem);
  const socket = connect({
    host: endpoint.host,
    port: endpoint.port,
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    // Whom this machine trusts, as upstream; Node brings a list of its own.
    ca: ca ?? getCACertificates('system'),
    ALPNProtocols: ['http/1.1'],
  });
  const address = `${endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:${endpoint.port}`;
  using _deadline = timers.after(DIAL_MS, () => {
    socket.destroy(Object.assign(new Error('late'), { code: 'ETIMEDOUT' }));
  });
  return new Promise((done, failed) => {
    socket.once('secureConnect', () => done(socket));
    socket.once('error', error =>
      failed(new ConnectionError(dialProblem(error, address, serverName), { cause: error })),
    );
  });
}
