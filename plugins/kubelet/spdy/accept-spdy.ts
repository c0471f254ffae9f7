import { Socket } from 'node:net';
import type { Upgrade } from '../contract.ts';
import { refusePlainly } from '../exec/refuse-upgrade.ts';

const HEADER = 'X-Stream-Protocol-Version';

/**
 * Answers a request to upgrade to SPDY/3.1 with the first protocol of the client's that is among ours, and answers
 * that; or refuses as apimachinery's httpstream.Handshake does, and answers `undefined`.
 */
export function acceptSpdy({ raw, socket, head }: Upgrade, protocols: readonly string[]): string | undefined {
  const { [HEADER.toLowerCase()]: value, upgrade = '' } = raw.headers;
  if (value === undefined) {
    const count = Object.keys(raw.headers).length;
    refusePlainly(socket, 400, `unable to upgrade: header ${HEADER} does not exist in request with ${count} headers`);
    return undefined;
  }
  const offered = String(value)
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '');
  if (offered.length === 0) {
    refusePlainly(
      socket,
      400,
      `unable to upgrade: header ${HEADER} contains [${String(value)}], but no valid protocols`,
    );
    return undefined;
  }
  const protocol = offered.find(name => protocols.includes(name));
  if (protocol === undefined) {
    refusePlainly(
      socket,
      403,
      `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], server accepts [${protocols.join(' ')}]`,
      protocols.map(name => `X-Accepted-Stream-Protocol-Versions: ${name}`),
    );
    return undefined;
  }
  if (!upgrade.toLowerCase().includes('spdy/3.1')) {
    refusePlainly(socket, 400, 'unable to upgrade: missing upgrade headers in request');
    return undefined;
  }
  // Frames are small, and each is waited for.
  if (socket instanceof Socket) socket.setNoDelay();
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n${HEADER}: ${protocol}\r\n\r\n`,
  );
  if (head.length > 0) socket.unshift(head);
  return protocol;
}
