import { StatusError } from '../../../src/api/status-error.ts';
import type { UserInfo } from '../../../src/api/user-info.ts';
import type { Authentication, Authenticator, Credential } from '../contract.ts';

/** Who a request without any credential is. */
export const ANONYMOUS: UserInfo = Object.freeze({ name: 'system:anonymous', groups: ['system:unauthenticated'] });

/** Asks the contributed authenticators in turn; `undefined` when the credential is nobody's. */
export function createAuthentication(authenticators: readonly Authenticator[]): Authentication {
  return {
    async authenticate(credential: Credential) {
      for (const authenticator of authenticators) {
        const user = await authenticator.authenticate(credential);
        if (user !== undefined) return user;
      }
      return undefined;
    },
  };
}

export const unauthorized = (): StatusError => new StatusError('Unauthorized', 'Unauthorized');
