import type { InputOf } from '../../src/api/resource.ts';
import type { Secret } from '../kinds/core/v1/secret.ts';
import { secretName, TOKEN_NAMESPACE, TOKEN_TYPE, type BootstrapToken } from './bootstrap-token.ts';

/** The secret by which a token is accepted. */
export const tokenSecret = (
  { id, secret }: BootstrapToken,
  more: { readonly description?: string; readonly expiration?: string },
) =>
  ({
    metadata: { name: secretName(id), namespace: TOKEN_NAMESPACE },
    type: TOKEN_TYPE,
    stringData: {
      'token-id': id,
      'token-secret': secret,
      'usage-bootstrap-authentication': 'true',
      ...(more.description === undefined ? {} : { description: more.description }),
      ...(more.expiration === undefined ? {} : { expiration: more.expiration }),
    },
  }) satisfies InputOf<typeof Secret>;
