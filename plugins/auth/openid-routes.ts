import type { NonResourceRoute } from '../apiserver/contract.ts';
import type { TokenSigner } from './token-signer.ts';

const JWKS_PATH = '/openid/v1/jwks';

/** OpenID discovery, by which others verify this cluster's service account tokens. */
export function openIdRoutes(signer: TokenSigner): readonly NonResourceRoute[] {
  return [
    {
      path: '/.well-known/openid-configuration',
      contentType: 'application/json',
      openApi: {
        id: 'getServiceAccountIssuerOpenIDConfiguration',
        description: 'get where the keys of service account tokens are, and who issues them',
        tag: 'WellKnown',
      },
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
      openApi: {
        id: 'getServiceAccountIssuerOpenIDKeyset',
        description: 'get the public keys that service account tokens are verified by',
        tag: 'openid',
      },
      body: async () => JSON.stringify(await signer.jwks()),
    },
  ];
}
