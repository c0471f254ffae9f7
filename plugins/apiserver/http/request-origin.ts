import { isIP } from 'node:net';
import type { RequestOrigin } from '../../audit/contract.ts';
import type { Exchange } from './exchange.ts';

/** Where a request says it comes from, and where it does; the last address is the one that cannot be made up. */
export const requestOrigin = ({
  url,
  headers,
  socket,
}: Pick<Exchange, 'url' | 'headers' | 'socket'>): RequestOrigin => ({
  requestUri: url,
  userAgent: headers['user-agent'] ?? '',
  sourceIps: sourceIps(headers['x-forwarded-for'], headers['x-real-ip'], socket.remoteAddress),
});

/** As apimachinery's SourceIPs. */
export function sourceIps(
  forwardedFor: string | readonly string[] | undefined,
  realIp: string | readonly string[] | undefined,
  remote: string | undefined,
): readonly string[] {
  const forwarded = [forwardedFor ?? []]
    .flat()
    .flatMap(text => text.split(','))
    .map(text => text.trim())
    .filter(text => isIP(text) !== 0);
  const said = [...forwarded, ...[realIp ?? []].flat().filter(text => isIP(text) !== 0 && !forwarded.includes(text))];
  // A listener for both families has addresses of the older one within those of the newer.
  const own = remote?.replace(/^::ffff:(?=\d+\.)/, '');
  return own === undefined || own === said.at(-1) ? said : [...said, own];
}
