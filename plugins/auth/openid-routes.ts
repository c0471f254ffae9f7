import type { NonResourceRoute } from '../apiserver/contract.ts';
import type { TokenSigner } from './token-signer.ts';

const JWKS_PATH = '/openid/v1/jwks';

/** OpenID discovery, by which others verify this cluster's service account tokens. */
export function openIdRoutes(signer: TokenSigner): readonly NonResourceRoute[] {
  return [
    {
      path: '/.well-known/openid-configuration',
      contentType: 'application/json',
      body: () =>
        JSON.stringify({
          issuer: signer.issuer,
          jwks_uri: `${signer.issuer}${JWKS_PATH}`,
          response_types_supported: ['id_token'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['ES256'],
        }),
    },
    {
      path: JWKS_PATH,
      contentType: 'application/jwk-set+json',
      body: async () => JSON.stringify(await signer.jwks()),
    },
  ];
}
