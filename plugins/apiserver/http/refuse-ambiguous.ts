import { badRequestError } from '../../../src/api/status-error.ts';

/**
 * An HTTP/1.1 request that another reader in the chain could understand differently is refused: more than
 * one Host, or a transfer encoding that is not known. Node's parser refuses the other forms; RFC 9112 3.2, 6.1.
 */
export function refuseAmbiguous(rawHeaders: readonly string[]): void {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name === undefined || name.length > 17) continue;
    const lower = name.toLowerCase();
    if (lower === 'host') hosts += 1;
    if (lower === 'transfer-encoding' && rawHeaders[index + 1]?.trim().toLowerCase() !== 'chunked') {
      throw badRequestError('the transfer encoding is not supported');
    }
  }
  if (hosts > 1) throw badRequestError('a request has one Host');
}
