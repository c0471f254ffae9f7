import type { TLSSocket } from 'node:tls';
import type { UserInfo } from '../../src/api/user-info.ts';
import type { Authenticator } from '../apiserver/contract.ts';

/** Names the user by a client certificate that TLS has verified: CN is the name, each O a group. */
export const clientCertificates: Authenticator = {
  name: 'client-certificates',
  authenticate(credential) {
    if (credential.type !== 'certificate' || !credential.socket.authorized) return undefined;
    const known = users.get(credential.socket);
    if (known !== undefined) return known;
    const user = userOf(credential.socket);
    if (user !== undefined) users.set(credential.socket, user);
    return user;
  },
};

/** A connection has one certificate for all its requests, and taking it apart costs more than many of them. */
const users = new WeakMap<TLSSocket, UserInfo>();

function userOf(socket: TLSSocket): UserInfo | undefined {
  const { subject } = socket.getPeerCertificate();
  if (subject === undefined || typeof subject.CN !== 'string' || subject.CN === '') return undefined;
  const groups = [subject.O ?? []].flat();
  return { name: subject.CN, groups: [...groups, 'system:authenticated'] };
}
