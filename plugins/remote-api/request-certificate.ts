import { webcrypto } from 'node:crypto';
import type { Client } from '../../src/api/client.ts';
import { loadX509 } from '../../src/base/load-x509.ts';
import type { Timers } from '../../src/base/world.ts';
import { withinDeadline } from '../../src/base/within-deadline.ts';
import type { KeyPair } from '../auth/contract.ts';
import { CertificateSigningRequest } from '../kinds/certificates/v1/certificate-signing-request.ts';
import { JoinError } from './join-error.ts';
import { SIGNING_MS } from './limits.ts';

export interface WantedCertificate {
  readonly signerName: 'kubernetes.io/kube-apiserver-client-kubelet' | 'kubernetes.io/kubelet-serving';
  readonly nodeName: string;
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

const USAGE = {
  'kubernetes.io/kube-apiserver-client-kubelet': 'client auth',
  'kubernetes.io/kubelet-serving': 'server auth',
} as const;
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/**
 * A new key and a certificate for it, asked for by a CertificateSigningRequest, once somebody signed that. The key
 * never leaves this process. Throws `JoinError` Denied.
 */
export async function requestCertificate(client: Client, timers: Timers, wanted: WantedCertificate): Promise<KeyPair> {
  const { request, privateKey } = await newRequest(wanted);
  const { signerName } = wanted;
  const made = await client.create(CertificateSigningRequest, {
    metadata: { generateName: 'csr-' },
    spec: { request, signerName, usages: ['digital signature', USAGE[signerName]] },
  });
  const { name } = made.metadata;
  const over = new AbortController();
  try {
    const late = `nobody signed ${name} in ${SIGNING_MS / 1000} s; see kubectl get csr on the cluster`;
    const signed = signedBy(client, name, over.signal);
    return { certificate: await withinDeadline(timers, SIGNING_MS, late, signed), privateKey };
  } finally {
    over.abort();
  }
}

async function signedBy(client: Client, name: string, signal: AbortSignal): Promise<string> {
  const events = client.watch(CertificateSigningRequest, { fieldSelector: `metadata.name=${name}`, signal });
  for await (const event of events) {
    if (event.type === 'BOOKMARK') continue;
    if (event.type === 'DELETED') break;
    const { conditions = [], certificate = '' } = event.object.status;
    const refused = conditions.find(({ type }) => type === 'Denied' || type === 'Failed');
    if (refused !== undefined)
      throw new JoinError('Denied', `${name} was not signed: ${refused.message ?? refused.type}`);
    if (certificate !== '') return Buffer.from(certificate, 'base64').toString();
  }
  throw new Error(`nothing came of ${name}`);
}

async function newRequest({ nodeName, names, addresses }: WantedCertificate) {
  const x509 = await loadX509();
  const keys = await webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
  const alternative = [
    ...names.map(value => ({ type: 'dns', value }) as const),
    ...addresses.map(value => ({ type: 'ip', value }) as const),
  ];
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ O: ['system:nodes'] }, { CN: [`system:node:${nodeName}`] }],
    keys,
    signingAlgorithm: ECDSA,
    extensions: alternative.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(alternative)],
  });
  const privateKey = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    request: Buffer.from(request.toString('pem')).toString('base64'),
    privateKey: `${x509.PemConverter.encode(privateKey, 'PRIVATE KEY')}\n`,
  };
}
