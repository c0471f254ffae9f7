import type { Client } from '../../src/api/client.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import type { Clock } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { Authenticator } from '../apiserver/contract.ts';
import { Secret } from '../kinds/core/v1/secret.ts';
import { extraGroups, parseBootstrapToken, secretName, TOKEN_NAMESPACE, tokenProblem } from './bootstrap-token.ts';

/** Accepts `id.secret` while a secret in kube-system says so. */
export const bootstrapAuthenticator = (client: Client, clock: Clock, log: Logger): Authenticator => ({
  name: 'bootstrap-tokens',
  async authenticate(credential) {
    const token = credential.type === 'bearer' ? parseBootstrapToken(credential.token) : undefined;
    if (token === undefined) return undefined;
    const name = secretName(token.id);
    const secret = await client.get(Secret, { namespace: TOKEN_NAMESPACE, name }).catch((error: unknown) => {
      if (isStatusError(error, 'NotFound')) return undefined;
      throw error;
    });
    if (secret === undefined) return undefined;
    const problem = tokenProblem(secret, token, clock.now());
    if (problem !== undefined) {
      log.debug(`the bootstrap token's secret ${problem}`, { name });
      return undefined;
    }
    const groups = ['system:bootstrappers', ...(extraGroups(secret) ?? []), 'system:authenticated'];
    return { name: `system:bootstrap:${token.id}`, groups };
  },
});
