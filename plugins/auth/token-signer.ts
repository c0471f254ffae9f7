import { createPublicKey, generateKeyPairSync, createHash, type KeyObject, createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import type { JWK, JWTPayload } from 'jose';
import { readIfPresent, writeDurably } from '../../src/base/durable-file.ts';
import { tokenIssuer } from '../../src/base/token-issuer.ts';
import type { World } from '../../src/base/world.ts';
import { serviceRef } from '../../src/kernel/plugin.ts';
import type { ServiceAccountTokens, TokenClaims } from './contract.ts';

/** Signs and verifies service account tokens with a key of this cluster's own (ES256). */
export interface TokenSigner extends ServiceAccountTokens {
  /** `undefined` when the token is another issuer's; throws `TokenError` when it is ours and not valid. */
  verify(token: string, audiences: readonly string[]): Promise<VerifiedToken | undefined>;
  /** The public half, as `/openid/v1/jwks` serves it. */
  jwks(): Promise<{ readonly keys: readonly JWK[] }>;
}

/** For the plugin that accepts these tokens; others sign by `serviceAccountTokens`. */
export const tokenSigner = serviceRef<TokenSigner>('auth.token-signer');

export interface VerifiedToken {
  readonly claims: Omit<TokenClaims, 'lifetimeSeconds'>;
  readonly tokenId: string;
}

export class TokenError extends Error {
  readonly code = 'InvalidToken';
}

const ALGORITHM = 'ES256';

export async function openTokenSigner(world: World, folder: string, issuer: string): Promise<TokenSigner> {
  const privateKey = await openSigningKey(world, join(folder, 'service-account.key'));
  const publicKey = createPublicKey(privateKey);
  const keyId = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');

  return {
    issuer,
    async sign(claims) {
      const { SignJWT } = await import('jose');
      const nowSeconds = Math.floor(world.clock.now() / 1000);
      const tokenId = world.random.uuid();
      const expires = nowSeconds + claims.lifetimeSeconds;
      const token = await new SignJWT(payloadOf(claims))
        .setProtectedHeader({ alg: ALGORITHM, kid: keyId })
        .setIssuer(issuer)
        .setSubject(`system:serviceaccount:${claims.namespace}:${claims.serviceAccount.name}`)
        .setAudience(claims.audiences.length > 0 ? [...claims.audiences] : [issuer])
        .setIssuedAt(nowSeconds)
        .setNotBefore(nowSeconds)
        .setExpirationTime(expires)
        .setJti(tokenId)
        .sign(privateKey);
      return { token, tokenId, expiresAtMs: expires * 1000 };
    },
    async verify(token, audiences) {
      if (tokenIssuer(token) !== issuer) return undefined;
      const { jwtVerify } = await import('jose');
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          issuer,
          audience: audiences.length > 0 ? [...audiences] : [issuer],
          algorithms: [ALGORITHM],
          currentDate: new Date(world.clock.now()),
        });
        return verifiedOf(payload);
      } catch (error) {
        throw new TokenError('invalid bearer token', { cause: error });
      }
    },
    async jwks() {
      const { exportJWK } = await import('jose');
      return { keys: [{ ...(await exportJWK(publicKey)), use: 'sig', kid: keyId, alg: ALGORITHM }] };
    },
  };
}

async function openSigningKey(world: World, path: string): Promise<KeyObject> {
  const found = await readIfPresent(world.files, path);
  if (found !== undefined) return createPrivateKey(found);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeDurably(world.files, path, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
  return privateKey;
}

/** The private claim that upstream's tokens carry; pkg/serviceaccount/claims.go. */
interface KubernetesClaim {
  readonly namespace: string;
  readonly serviceaccount: { readonly name: string; readonly uid: string };
  readonly pod?: { readonly name: string; readonly uid: string };
  readonly node?: { readonly name: string; readonly uid: string };
  readonly secret?: { readonly name: string; readonly uid: string };
}

function payloadOf({ namespace, serviceAccount, pod, node, secret }: TokenClaims): JWTPayload {
  const claim: KubernetesClaim = {
    namespace,
    serviceaccount: serviceAccount,
    ...(pod === undefined ? {} : { pod }),
    ...(node === undefined ? {} : { node }),
    ...(secret === undefined ? {} : { secret }),
  };
  return { 'kubernetes.io': claim };
}

function verifiedOf(payload: JWTPayload): VerifiedToken {
  // The signature is ours, so the claim has the shape that payloadOf gave it.
  const { serviceaccount, ...bound } = payload['kubernetes.io'] as KubernetesClaim;
  const audiences = payload.aud === undefined ? [] : [payload.aud].flat();
  return { claims: { ...bound, serviceAccount: serviceaccount, audiences }, tokenId: payload.jti ?? '' };
}
