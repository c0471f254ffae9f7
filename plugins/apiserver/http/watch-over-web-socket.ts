import type { IncomingHttpHeaders } from 'node:http';
import type { WebSocket } from 'ws';
import { badRequestError } from '../../../src/api/status-error.ts';
import type { Timers } from '../../../src/base/world.ts';
import { WEBSOCKET_BEARER } from './identify.ts';
import { offeredProtocols, openWebSocket, type Upgraded } from './open-web-socket.ts';
import { OutputError } from './output.ts';

type Tell = (events: readonly Buffer[]) => Promise<void>;

const NORMAL_CLOSURE = 1000;
/**
 * What Go's WebSockets ask of a client before they look at anything else: that it says where its page is from, as an
 * address or a path. Upstream has it so for watches alone, not for streams.
 */
const ORIGIN = /^(\/|[a-z][a-z\d+.-]*:)/i;

/**
 * Sends the events of a watch over a WebSocket, each of them a message, of text or of bytes, as apiserver's WatchServer
 * does, and closes it when `follow` is over. One without an `Origin` is refused as it is there, with nothing but 403. A
 * client that takes nothing for `stallMs` is cut off. Throws `StatusError` before anything is written.
 */
export async function watchOverWebSocket(
  upgraded: Upgraded,
  { headers, isText }: { readonly headers: readonly string[]; readonly isText: boolean },
  { timers, stallMs }: { readonly timers: Timers; readonly stallMs: number },
  follow: (tell: Tell) => Promise<void>,
): Promise<void> {
  const name = chosenProtocol(upgraded.raw.headers);
  if (!ORIGIN.test(upgraded.raw.headers.origin ?? '')) {
    upgraded.socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    return;
  }
  const webSocket = await openWebSocket(upgraded, name, headers);
  try {
    await follow(async events => {
      for (const event of events) await send(webSocket, event, isText, { timers, stallMs });
    });
    webSocket.close(NORMAL_CLOSURE);
  } catch (error) {
    webSocket.terminate();
    if (!(error instanceof OutputError)) throw error;
  }
}

/** The one that is offered besides a token; of several none can be chosen, as none means anything for a watch. */
function chosenProtocol(headers: IncomingHttpHeaders): string {
  const [name = '', ...others] = offeredProtocols(headers).filter(each => !each.startsWith(WEBSOCKET_BEARER));
  if (others.length > 0) throw badRequestError('a watch is told by one subprotocol of WebSockets at most');
  return name;
}

/** Resolves once the message is out of hand, so that a slow client holds back whoever tells it. */
function send(
  webSocket: WebSocket,
  message: Buffer,
  isText: boolean,
  { timers, stallMs }: { readonly timers: Timers; readonly stallMs: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stalled = timers.after(stallMs, () => {
      reject(new OutputError('Stalled'));
      webSocket.terminate();
    });
    webSocket.send(message, { binary: !isText }, error => {
      stalled[Symbol.dispose]();
      if (error) reject(new OutputError('Gone'));
      else resolve();
    });
  });
}
