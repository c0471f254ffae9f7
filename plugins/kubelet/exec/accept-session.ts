import type { Timers } from '../../../src/base/world.ts';
import type { Upgrade } from '../contract.ts';
import { acceptSpdy } from '../spdy/accept-spdy.ts';
import { must } from '../../../src/base/must.ts';
import { PROTOCOLS } from './channel-protocol.ts';
import type { ClientChannels } from './client-channels.ts';
import type { StreamQuery } from './exec-query.ts';
import { openSpdyChannels, SPDY_PROTOCOLS } from './spdy-channels.ts';
import { WebSocketChannels } from './web-socket-channels.ts';
import { isWebSocket, WebSocketDoor } from './web-socket-door.ts';

const door = new WebSocketDoor(PROTOCOLS.keys(), 'channel.k8s.io');

/**
 * Answers the handshake of exec or attach. `undefined` where the client was refused, or did not open the streams
 * that it asked for; throws a `StatusError` where it speaks no protocol of ours.
 */
export async function acceptSession(
  upgrade: Upgrade,
  query: StreamQuery,
  timers: Timers,
): Promise<ClientChannels | undefined> {
  if (!isWebSocket(upgrade.raw)) {
    const protocol = acceptSpdy(upgrade, [...SPDY_PROTOCOLS.keys()]);
    if (protocol === undefined) return undefined;
    return openSpdyChannels(upgrade.socket, must(SPDY_PROTOCOLS.get(protocol), 'one of ours'), query, timers);
  }
  const { socket, name } = await door.accept(upgrade);
  const channels = new WebSocketChannels(socket, must(PROTOCOLS.get(name), 'one of ours'), timers);
  await channels.greet(query);
  return channels;
}
