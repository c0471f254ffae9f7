import type { Authenticator } from '../apiserver/contract.ts';

/** Names the user by a client certificate that TLS has verified: CN is the name, each O a group. */
export const clientCertificates: Authenticator = {
  name: 'client-certificates',
  authenticate(credential) {
    if (credential.type !== 'certificate' || !credential.socket.authorized) return undefined;
    const { subject } = credential.socket.getPeerCertificate();
    if (subject === undefined || typeof subject.CN !== 'string' || subject.CN === '') return undefined;
    const groups = [subject.O ?? []].flat();
    return { name: subject.CN, groups: [...groups, 'system:authenticated'] };
  },
};
