import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { connectionFailure, statusFailure, type RestClient } from '../rest/rest-client.ts';

/** Opens an upgraded connection; a refusal is the server's own words. */
export async function openWebSocket(
  client: RestClient,
  path: string,
  query: readonly (readonly [string, string])[],
  protocols: readonly string[],
): Promise<WebSocket> {
  await client.ready();
  const url = new URL(client.access.server.replace(/^http/, 'ws') + path);
  for (const [key, value] of query) url.searchParams.append(key, value);
  const socket = new WebSocket(url, [...protocols], {
    headers: client.headers(),
    perMessageDeflate: false,
    ...client.tls(),
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_, answer: IncomingMessage) => {
      text(answer).then(body => reject(statusFailure(answer.statusCode ?? 500, body, {})), reject);
    });
    socket.once('error', error => reject(connectionFailure(error, url.href)));
  });
}
