import { createWebSocketStream } from 'ws';
import { must } from '../../../src/base/must.ts';
import type { Timers } from '../../../src/base/world.ts';
import { badRequestError } from '../../../src/api/status-error.ts';
import type { Upgrade } from '../contract.ts';
import { PROTOCOLS } from '../exec/channel-protocol.ts';
import { isWebSocket, WebSocketDoor } from '../exec/web-socket-door.ts';
import { MAX_FORWARD_PORTS } from '../limits.ts';
import { acceptSpdy } from '../spdy/accept-spdy.ts';
import { parsePort, type ForwardTarget } from './forward-target.ts';
import { forwardOverSpdy } from './spdy-forward.ts';
import { forwardOverWebSocket } from './web-socket-forward.ts';

const PROTOCOL = 'portforward.k8s.io';
/** SPDY as it would go over TCP, in binary messages. */
const TUNNEL = `SPDY/3.1+${PROTOCOL}`;
const door = new WebSocketDoor([TUNNEL, 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io'], 'v4.channel.k8s.io');

/**
 * Serves port-forward to one client: over SPDY, SPDY in a WebSocket, or the older protocol of WebSockets. Resolves
 * when it has left; throws a `StatusError` before anything was answered.
 */
export async function acceptForward(
  upgrade: Upgrade,
  query: URLSearchParams,
  target: ForwardTarget,
  timers: Timers,
): Promise<void> {
  if (!isWebSocket(upgrade.raw)) {
    if (acceptSpdy(upgrade, [PROTOCOL]) !== undefined) await forwardOverSpdy(upgrade.socket, target, timers);
    return;
  }
  const isTunnel = (upgrade.raw.headers['sec-websocket-protocol'] ?? '').includes(TUNNEL);
  const ports = isTunnel ? [] : parsePorts(query);
  const { socket, name } = await door.accept(upgrade);
  if (name === TUNNEL) await forwardOverSpdy(createWebSocketStream(socket), target, timers);
  else await forwardOverWebSocket(socket, must(PROTOCOLS.get(name), 'one of ours'), ports, target, timers);
}

/** `ports` of PodPortForwardOptions, `port` of the kubelet's own API. */
function parsePorts(query: URLSearchParams): readonly number[] {
  const texts = ['ports', 'port'].flatMap(name => query.getAll(name)).flatMap(list => list.split(','));
  if (texts.length === 0) throw badRequestError('query parameter "port" is required');
  if (texts.length > MAX_FORWARD_PORTS)
    throw badRequestError(`at most ${MAX_FORWARD_PORTS} ports are forwarded at once`);
  return texts.map(text => {
    const port = parsePort(text);
    if (typeof port === 'string') throw badRequestError(port);
    return port;
  });
}
