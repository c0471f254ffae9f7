import { isIP } from 'node:net';

/** What went wrong with a connection, as Go words it, so that clients print what they print against upstream. */
export function dialProblem(error: unknown, address: string, name = address.replace(/:\d+$/, '')): string {
  const { code = '', message = String(error) } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const system = SYSTEM.get(code);
  if (system !== undefined) return `dial tcp ${address}: ${system}`;
  const certificate = CERTIFICATE.get(code);
  if (certificate !== undefined) return `tls: failed to verify certificate: x509: ${certificate}`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `tls: failed to verify certificate: x509: ${otherName(error, name)}`;
  }
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET') return 'EOF';
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${name}: no such host`;
  if (code === 'EAI_AGAIN') return `dial tcp: lookup ${name}: server misbehaving`;
  if (code === 'EPROTO') return 'http: server gave HTTP response to HTTPS client';
  return message;
}

function otherName(error: unknown, host: string): string {
  const { cert } = error as { readonly cert?: { readonly subjectaltname?: string } };
  const isAddress = isIP(host) !== 0;
  const wanted = isAddress ? 'IP Address' : 'DNS';
  const names = [...(cert?.subjectaltname ?? '').matchAll(/(DNS|IP Address):([^,]+)/g)]
    .filter(([, type]) => type === wanted)
    .map(([, , name]) => name);
  if (names.length > 0) return `certificate is valid for ${names.join(', ')}, not ${host}`;
  return isAddress
    ? `cannot validate certificate for ${host} because it doesn't contain any IP SANs`
    : `certificate is not valid for any names, but wanted to match ${host}`;
}

const SYSTEM: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connect: connection refused'],
  ['EHOSTUNREACH', 'connect: no route to host'],
  ['ENETUNREACH', 'connect: network is unreachable'],
  ['EADDRNOTAVAIL', 'connect: cannot assign requested address'],
  ['ETIMEDOUT', 'i/o timeout'],
]);

const UNKNOWN_AUTHORITY = 'certificate signed by unknown authority';
const CERTIFICATE: ReadonlyMap<string, string> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', UNKNOWN_AUTHORITY],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_AUTHORITY],
  ['CERT_SIGNATURE_FAILURE', UNKNOWN_AUTHORITY],
  ['CERT_HAS_EXPIRED', 'certificate has expired or is not yet valid'],
  ['CERT_NOT_YET_VALID', 'certificate has expired or is not yet valid'],
]);
