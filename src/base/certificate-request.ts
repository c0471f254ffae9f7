import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { CodedError } from './coded-error.ts';
import {
  DER,
  derBits,
  derElement,
  derElements,
  DerError,
  derObjectIdentifier,
  derSequence,
  type DerElement,
} from './der.ts';
import { formatIpv4 } from './ipv4.ts';

/** A certificate signing request (PKCS#10, RFC 2986): who wants a certificate, for which key. */
export interface CertificateRequest {
  /** '' where there is none, or more than one: whoever reads the certificate might take the other. */
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly dnsNames: readonly string[];
  /** As Go prints them. */
  readonly addresses: readonly string[];
  readonly emails: readonly string[];
  readonly uris: readonly string[];
  /** The whole subject, DER. */
  readonly subject: Buffer;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
}

/** Why a request is not read, in the words of upstream's `ParseCSR` and Go's `CheckSignature` where those have any. */
export class CertificateRequestError extends CodedError<'Malformed' | 'BadSignature'> {}

/** Reads a PEM request and checks that who made it has the key. Throws `CertificateRequestError`. */
export function parseCertificateRequest(pem: string): CertificateRequest {
  const body = pemBody(pem);
  if (body === undefined) throw new CertificateRequestError('Malformed', 'PEM block type must be CERTIFICATE REQUEST');
  try {
    return parsed(Buffer.from(body, 'base64'));
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new CertificateRequestError('Malformed', `x509: malformed certificate request: ${error.message}`, {
      cause: error,
    });
  }
}

const BEGIN = '-----BEGIN CERTIFICATE REQUEST-----';
const END = '-----END CERTIFICATE REQUEST-----';

/** The base64 of the first block, if that is a request. */
function pemBody(pem: string): string | undefined {
  const begin = pem.indexOf('-----BEGIN ');
  if (begin === -1 || !pem.startsWith(BEGIN, begin)) return undefined;
  const end = pem.indexOf(END, begin);
  const body = pem.slice(begin + BEGIN.length, end);
  return end === -1 || !/^[A-Za-z0-9+/=\s]*$/.test(body) ? undefined : body;
}

function parsed(der: Buffer): CertificateRequest {
  const [info, algorithm, signature] = derSequence(derElement(der, DER.sequence));
  if (info === undefined || algorithm === undefined || signature === undefined) throw new DerError('too few parts');
  const [version, subject, key, ...attributes] = derSequence(info);
  if (version?.tag !== DER.integer || subject === undefined || key === undefined) throw new DerError('too few parts');
  const oid = derObjectIdentifier(derSequence(algorithm)[0] ?? algorithm);
  checkSignature(oid, info.raw, publicKeyOf(key.raw), derBits(signature));
  const names = nameParts(subject);
  const commonNames = names.filter(({ type }) => type === COMMON_NAME);
  return {
    commonName: commonNames.length === 1 ? (commonNames[0]?.value ?? '') : '',
    organizations: names.filter(({ type }) => type === ORGANIZATION).map(({ value }) => value),
    ...alternativeNames(attributes),
    subject: subject.raw,
    publicKey: key.raw,
  };
}

const COMMON_NAME = '2.5.4.3';
const ORGANIZATION = '2.5.4.10';
const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';

/** Signatures that Go checks: RFC 5758, 4055, 8410. */
const SIGNATURES: ReadonlyMap<string, SignatureKind> = new Map<string, SignatureKind>([
  ['1.2.840.10045.4.3.2', { digest: 'sha256', key: 'ec', failure: 'x509: ECDSA verification failure' }],
  ['1.2.840.10045.4.3.3', { digest: 'sha384', key: 'ec', failure: 'x509: ECDSA verification failure' }],
  ['1.2.840.10045.4.3.4', { digest: 'sha512', key: 'ec', failure: 'x509: ECDSA verification failure' }],
  ['1.2.840.113549.1.1.11', { digest: 'sha256', key: 'rsa', failure: 'crypto/rsa: verification error' }],
  ['1.2.840.113549.1.1.12', { digest: 'sha384', key: 'rsa', failure: 'crypto/rsa: verification error' }],
  ['1.2.840.113549.1.1.13', { digest: 'sha512', key: 'rsa', failure: 'crypto/rsa: verification error' }],
  ['1.3.101.112', { digest: null, key: 'ed25519', failure: 'x509: Ed25519 verification failure' }],
]);

interface SignatureKind {
  readonly digest: string | null;
  readonly key: KeyObject['asymmetricKeyType'];
  readonly failure: string;
}

function checkSignature(oid: string, signed: Buffer, key: KeyObject, signature: Buffer): void {
  const known = SIGNATURES.get(oid);
  if (known === undefined || known.key !== key.asymmetricKeyType) {
    const what = 'x509: cannot verify signature: algorithm unimplemented';
    throw new CertificateRequestError('BadSignature', what);
  }
  if (!verify(known.digest, signed, key, signature)) throw new CertificateRequestError('BadSignature', known.failure);
}

function publicKeyOf(spki: Buffer): KeyObject {
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' });
  } catch (error) {
    throw new CertificateRequestError('Malformed', 'x509: malformed public key', { cause: error });
  }
}

function nameParts(name: DerElement): readonly { readonly type: string; readonly value: string }[] {
  return derSequence(name).flatMap(relative => {
    if (relative.tag !== DER.set) throw new DerError('a name of sets was expected');
    return derElements(relative.content).map(attribute => {
      const [type, value] = derSequence(attribute);
      if (type === undefined || value === undefined) throw new DerError('too few parts of a name');
      return { type: derObjectIdentifier(type), value: textOf(value) };
    });
  });
}

/** UTF8String, PrintableString, IA5String; texts of other alphabets are not taken. */
function textOf({ tag, content }: DerElement): string {
  if (tag !== 0x0c && tag !== 0x13 && tag !== 0x16) throw new DerError('a text of another alphabet');
  const text = content.toString('utf8');
  if (text.includes('\0') || text.includes('\uFFFD')) throw new DerError('a text that is none');
  return text;
}

type AlternativeNames = Pick<CertificateRequest, 'dnsNames' | 'addresses' | 'emails' | 'uris'>;

function alternativeNames(attributes: readonly DerElement[]): AlternativeNames {
  const names = attributes
    // attributes [0] IMPLICIT SET
    .flatMap(({ tag, content }) => (tag === 0xa0 ? derElements(content) : []))
    .flatMap(extensionsOf)
    .flatMap(generalNamesOf);
  const of = (tag: number): readonly Buffer[] => names.filter(name => name.tag === tag).map(({ content }) => content);
  const texts = (tag: number): readonly string[] =>
    of(tag).map(content => textOf({ tag: 0x16, content, raw: content }));
  return { emails: texts(0x81), dnsNames: texts(0x82), uris: texts(0x86), addresses: of(0x87).map(addressOf) };
}

function extensionsOf(attribute: DerElement): readonly DerElement[] {
  const [type, values] = derSequence(attribute);
  if (type === undefined || values === undefined || derObjectIdentifier(type) !== EXTENSION_REQUEST) return [];
  return derElements(values.content).flatMap(derSequence);
}

function generalNamesOf(extension: DerElement): readonly DerElement[] {
  const [type, ...rest] = derSequence(extension);
  const value = rest.at(-1);
  if (type === undefined || value?.tag !== DER.octetString) throw new DerError('an extension without a value');
  return derObjectIdentifier(type) === SUBJECT_ALTERNATIVE_NAME
    ? derSequence(derElement(value.content, DER.sequence))
    : [];
}

function addressOf(bytes: Buffer): string {
  if (bytes.length === 4) return formatIpv4(bytes.readUInt32BE(0));
  if (bytes.length === 16) return ipv6Text(bytes);
  throw new DerError('an address of neither four nor sixteen bytes');
}

/** As RFC 5952 writes it. */
function ipv6Text(bytes: Buffer): string {
  const groups = bytes.toString('hex').match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
