import type { TLSSocket } from 'node:tls';
import type { UserInfo } from '../../src/api/user-info.ts';
import type { Clock } from '../../src/base/world.ts';
import type { Authenticator } from '../apiserver/contract.ts';

/**
 * Names the user by a client certificate that TLS has verified: CN is the name, each O a group. A connection may
 * outlive its certificate, which then names nobody any more.
 */
export function clientCertificates(clock: Clock): Authenticator {
  /** A connection has one certificate for all its requests, and taking it apart costs more than many of them. */
  const holders = new WeakMap<TLSSocket, Holder>();
  return {
    name: 'client-certificates',
    authenticate(credential) {
      if (credential.type !== 'certificate' || !credential.socket.authorized) return undefined;
      const holder = holders.get(credential.socket) ?? holderOf(credential.socket);
      if (holder === undefined) return undefined;
      holders.set(credential.socket, holder);
      return clock.now() < holder.untilMs ? holder.user : undefined;
    },
  };
}

interface Holder {
  readonly user: UserInfo;
  readonly untilMs: number;
}

function holderOf(socket: TLSSocket): Holder | undefined {
  const { subject, valid_to: validTo } = socket.getPeerCertificate();
  if (subject === undefined || typeof subject.CN !== 'string' || subject.CN === '') return undefined;
  const groups = [subject.O ?? []].flat();
  return { user: { name: subject.CN, groups: [...groups, 'system:authenticated'] }, untilMs: Date.parse(validTo) };
}
