import { certificateHolder } from '../../src/api/certificate-holder.ts';
import type { Clock } from '../../src/base/world.ts';
import type { Authenticator } from '../apiserver/contract.ts';

/**
 * Names the user by a client certificate that TLS has verified. A connection may outlive its certificate, which then
 * names nobody any more.
 */
export const clientCertificates = (clock: Clock): Authenticator => ({
  name: 'client-certificates',
  authenticate(credential) {
    const holder = credential.type === 'certificate' ? certificateHolder(credential.socket) : undefined;
    return holder !== undefined && clock.now() < holder.untilMs ? holder.user : undefined;
  },
});
