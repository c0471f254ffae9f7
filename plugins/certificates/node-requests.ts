import type { CertificateRequest } from '../../src/base/certificate-request.ts';
import { isDeepEqual } from '../../src/base/deep-equal.ts';

const NODES = 'system:nodes';
export const NODE_USER = 'system:node:';

const CLIENT_USAGES = ['client auth', 'digital signature', 'key encipherment'] as const;
const SERVING_USAGES = ['digital signature', 'key encipherment', 'server auth'] as const;

/** Why this is no request of a kubelet for its client certificate, in upstream's words; `undefined` if it is one. */
export function nodeClientProblem(request: CertificateRequest, usages: readonly string[]): string | undefined {
  const { organizations, dnsNames, emails, addresses, uris, commonName } = request;
  if (!isDeepEqual(organizations, [NODES])) return 'subject organization is not system:nodes';
  if (dnsNames.length > 0) return 'DNS subjectAltNames are not allowed';
  if (emails.length > 0) return 'Email subjectAltNames are not allowed';
  if (addresses.length > 0) return 'IP subjectAltNames are not allowed';
  if (uris.length > 0) return 'URI subjectAltNames are not allowed';
  if (!commonName.startsWith(NODE_USER)) return 'subject common name does not begin with system:node:';
  return usagesProblem(usages, CLIENT_USAGES);
}

/** The same of a kubelet's serving certificate. */
export function kubeletServingProblem(request: CertificateRequest, usages: readonly string[]): string | undefined {
  const { organizations, dnsNames, emails, addresses, uris, commonName } = request;
  if (!isDeepEqual(organizations, [NODES])) return 'subject organization is not system:nodes';
  if (dnsNames.length + addresses.length === 0) return 'DNS or IP subjectAltName is required';
  if (emails.length > 0) return 'Email subjectAltNames are not allowed';
  if (uris.length > 0) return 'URI subjectAltNames are not allowed';
  return (
    usagesProblem(usages, SERVING_USAGES) ??
    (commonName.startsWith(NODE_USER) ? undefined : 'subject common name does not begin with system:node:')
  );
}

/** Why these usages are none of a client of the API. */
export function apiClientProblem(usages: readonly string[]): string | undefined {
  const strange = usages.find(usage => !CLIENT_USAGES.some(known => known === usage));
  if (strange !== undefined) return `invalid usage for client certificate: ${strange}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}

/** Keys other than RSA's have no use for `key encipherment`. */
function usagesProblem(usages: readonly string[], wanted: readonly string[]): string | undefined {
  const given = [...new Set(usages)].sort();
  const isRight = [wanted, wanted.filter(usage => usage !== 'key encipherment')].some(set => isDeepEqual(given, set));
  return isRight ? undefined : `usages did not match [${wanted.join(' ')}]`;
}
