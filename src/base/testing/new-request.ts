import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

export interface Wanted {
  readonly commonName: string;
  readonly organizations?: readonly string[];
  readonly dnsNames?: readonly string[];
  readonly addresses?: readonly string[];
  readonly algorithm?: 'ecdsa' | 'rsa';
}

const ALGORITHMS = {
  ecdsa: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  rsa: {
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  },
} as const;

/** A certificate signing request and the key it is for, both PEM. */
export async function newRequest(wanted: Wanted): Promise<{ readonly pem: string; readonly privateKey: string }> {
  const { commonName, organizations = [], dnsNames = [], addresses = [], algorithm = 'ecdsa' } = wanted;
  const keys = await crypto.subtle.generateKey(ALGORITHMS[algorithm], true, ['sign', 'verify']);
  const names = [
    ...dnsNames.map(value => ({ type: 'dns', value }) as const),
    ...addresses.map(value => ({ type: 'ip', value }) as const),
  ];
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [...organizations.map(name => ({ O: [name] })), { CN: [commonName] }],
    keys,
    signingAlgorithm: ALGORITHMS[algorithm],
    extensions: names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)],
  });
  const privateKey = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  return { pem: `${request.toString('pem')}\n`, privateKey: `${privateKey}\n` };
}
