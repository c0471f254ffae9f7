import type * as X509Module from '@peculiar/x509';
import type { KeyPair } from './contract.ts';
import { loadX509 } from '../../src/base/load-x509.ts';
import { ECDSA, signingKey } from './signing-key.ts';

/** What a certificate says; times are epoch milliseconds. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** DNS names and IP addresses; for servers only. */
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  readonly usage: 'ca' | 'client' | 'server';
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

const EXTENDED_USAGE = { client: '1.3.6.1.5.5.7.3.2', server: '1.3.6.1.5.5.7.3.1' } as const; // RFC 5280 4.2.1.12

/** Makes a P-256 key and a certificate for it, signed by `signer`, or by itself without one. */
export async function issueCertificate(request: CertificateRequest, signer: KeyPair | undefined): Promise<KeyPair> {
  const x509 = await loadX509();
  const keys = await crypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
  const issuer = signer === undefined ? undefined : new x509.X509Certificate(signer.certificate);
  const subject = [...request.organizations.map(name => ({ O: [name] })), { CN: [request.commonName] }];
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: issuer === undefined ? subject : issuer.subjectName.toJSON(),
    publicKey: keys.publicKey,
    signingKey: signer === undefined ? keys.privateKey : await signingKey(signer.privateKey),
    signingAlgorithm: ECDSA,
    notBefore: new Date(request.notBeforeMs),
    notAfter: new Date(request.notAfterMs),
    extensions: [
      ...usageExtensions(x509, request),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...(issuer === undefined ? [] : [await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey)]),
    ],
  });
  const privateKey = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    certificate: `${certificate.toString('pem')}\n`,
    privateKey: `${x509.PemConverter.encode(privateKey, 'PRIVATE KEY')}\n`,
  };
}

function usageExtensions(x509: typeof X509Module, request: CertificateRequest): X509Module.Extension[] {
  const { KeyUsageFlags } = x509;
  if (request.usage === 'ca') {
    return [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
    ];
  }
  const names = [
    ...request.names.map(value => ({ type: 'dns', value }) as const),
    ...request.addresses.map(value => ({ type: 'ip', value }) as const),
  ];
  return [
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([EXTENDED_USAGE[request.usage]]),
    ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
  ];
}
