import { isIP } from 'node:net';
import { badRequestError } from '../../src/api/status-error.ts';
import { cidrContains, parseCidr, parseIpv4 } from '../../src/base/ipv4.ts';

const REFUSED = ['0.0.0.0/32', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/24'].map(parseCidr);

/** The API server's own loopback and links are nobody's to reach through it. Throws `StatusError` BadRequest. */
export function requireProxyableAddress(address: string): void {
  const ipv4 = parseIpv4(address);
  const isRefused =
    ipv4 !== undefined
      ? REFUSED.some(range => cidrContains(range, ipv4))
      : isIP(address) !== 6 || /^(::1?$|fe[89ab]|ff0[12]|::ffff:)/i.test(address);
  if (isRefused) throw badRequestError('address not allowed');
}
