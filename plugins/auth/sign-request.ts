import type * as X509Module from '@peculiar/x509';
import type { CertificateRequest } from '../../src/base/certificate-request.ts';
import type { KeyPair, SigningOrder } from './contract.ts';
import { loadX509 } from '../../src/base/load-x509.ts';
import { ECDSA, signingKey } from './signing-key.ts';

const BACKDATE_MS = 5 * 60_000;
/** Of certificates that live shorter, the backdating is not taken off. */
const SHORT_MS = 8 * 3_600_000;

/** Object identifiers of extended usages; RFC 5280 4.2.1.12. */
const EXTENDED: Readonly<Record<string, string>> = {
  'client auth': '1.3.6.1.5.5.7.3.2',
  'server auth': '1.3.6.1.5.5.7.3.1',
};

/** A certificate with the subject, the names and the key of a request, and nothing else of it. */
export async function signRequest(
  { request, usages, lifetimeSeconds }: SigningOrder,
  ca: KeyPair,
  nowMs: number,
): Promise<string> {
  const x509 = await loadX509();
  const issuer = new x509.X509Certificate(ca.certificate);
  const lifetimeMs = lifetimeSeconds * 1000;
  const notBeforeMs = nowMs - BACKDATE_MS;
  const endMs = (lifetimeMs < SHORT_MS ? nowMs : notBeforeMs) + lifetimeMs;
  const names = generalNames(request);
  const publicKey = new x509.PublicKey(request.publicKey);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: new x509.Name(request.subject),
    issuer: issuer.subjectName.toJSON(),
    publicKey,
    signingKey: await signingKey(ca.privateKey),
    signingAlgorithm: ECDSA,
    notBefore: new Date(notBeforeMs),
    notAfter: new Date(Math.min(endMs, issuer.notAfter.getTime())),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      ...keyUsages(x509, usages),
      new x509.ExtendedKeyUsageExtension(usages.flatMap(usage => EXTENDED[usage] ?? [])),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

function keyUsages(x509: typeof X509Module, usages: readonly string[]): readonly X509Module.Extension[] {
  const { digitalSignature, keyEncipherment } = x509.KeyUsageFlags;
  const signs = usages.includes('digital signature');
  const enciphers = usages.includes('key encipherment');
  if (signs && enciphers) return [new x509.KeyUsagesExtension(digitalSignature | keyEncipherment, true)];
  return signs || enciphers ? [new x509.KeyUsagesExtension(signs ? digitalSignature : keyEncipherment, true)] : [];
}

const generalNames = ({ dnsNames, addresses, emails, uris }: CertificateRequest) => [
  ...dnsNames.map(value => ({ type: 'dns', value }) as const),
  ...addresses.map(value => ({ type: 'ip', value }) as const),
  ...emails.map(value => ({ type: 'email', value }) as const),
  ...uris.map(value => ({ type: 'url', value }) as const),
];
