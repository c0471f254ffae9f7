import type { TLSSocket } from 'node:tls';
import type { UserInfo } from './user-info.ts';

/** Whom a client certificate names, and until when. */
export interface CertificateHolder {
  readonly user: UserInfo;
  readonly untilMs: number;
}

/** Tells one certificate of a user from another. */
const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id';

/** A connection has one certificate for all its requests, and taking it apart costs more than many of them. */
const holders = new WeakMap<TLSSocket, CertificateHolder>();

/**
 * The user that the certificate of a connection names, verified by TLS: CN is the name, each O a group. `undefined`
 * without one, or with one that names nobody.
 */
export function certificateHolder(socket: TLSSocket): CertificateHolder | undefined {
  if (!socket.authorized) return undefined;
  const known = holders.get(socket);
  if (known !== undefined) return known;
  const { subject, valid_to: validTo, fingerprint256 } = socket.getPeerCertificate();
  if (subject === undefined || typeof subject.CN !== 'string' || subject.CN === '') return undefined;
  const groups = [...[subject.O ?? []].flat(), 'system:authenticated'];
  const extra = { [CREDENTIAL_ID]: [`X509SHA256=${fingerprint256.replaceAll(':', '').toLowerCase()}`] };
  const holder = { user: { name: subject.CN, groups, extra }, untilMs: Date.parse(validTo) };
  holders.set(socket, holder);
  return holder;
}
