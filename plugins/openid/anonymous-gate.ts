import { StatusError } from '../../src/api/status-error.ts';
import type { Authenticator } from '../apiserver/contract.ts';
import { CA_PATH } from '../auth/contract.ts';
import type { AnonymousRule } from './authentication-configuration.ts';

/**
 * Refuses who shows no credential, but where the rule lets anybody ask: nowhere, at some paths or everywhere. What a
 * machine must read to become somebody can always be read.
 */
export function anonymousGate({ enabled, conditions }: AnonymousRule): Authenticator {
  const open = new Set([CA_PATH, ...conditions.map(({ path }) => path)]);
  const isOpen = (path: string): boolean => (enabled && conditions.length === 0) || open.has(path);
  return {
    name: 'anonymous',
    authenticate(credential) {
      if (credential.type === 'none' && !isOpen(credential.path)) {
        throw new StatusError('Unauthorized', 'Unauthorized');
      }
      return undefined;
    },
  };
}
