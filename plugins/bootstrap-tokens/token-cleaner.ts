import { isStatusError } from '../../src/api/status-error.ts';
import { defineController } from '../../src/sdk/controller.ts';
import { Secret } from '../kinds/core/v1/secret.ts';
import { expiryMs, TOKEN_NAMESPACE, TOKEN_TYPE } from './bootstrap-token.ts';

/** Removes bootstrap tokens that have expired. */
export const tokenCleaner = defineController({
  name: 'token-cleaner',
  primary: Secret,
  writes: [Secret.can('delete')],
  concerns: ({ type, metadata: { namespace } }) => type === TOKEN_TYPE && namespace === TOKEN_NAMESPACE,

  async reconcile({ object: secret, client, nowMs }) {
    const endMs = expiryMs(secret);
    if (endMs === undefined) return {};
    if (nowMs <= endMs) return { requeueAfterMs: endMs - nowMs + 1 };
    const { name, namespace = '', uid } = secret.metadata;
    try {
      await client.delete(Secret, { name, namespace }, { preconditions: { uid } });
    } catch (error) {
      if (!isStatusError(error, 'NotFound', 'Conflict')) throw error;
    }
    return {};
  },
});
