import type { CryptoKey, JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import { failedWith } from '../../src/base/failed-with.ts';
import { messageOf } from '../../src/base/message-of.ts';
import { tokenIssuer } from '../../src/base/token-issuer.ts';
import type { Clock } from '../../src/base/world.ts';
import { StatusError } from '../../src/api/status-error.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { Authenticator } from '../apiserver/contract.ts';
import { IssuerError } from './issuer-documents.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import { EARLY_SECONDS } from './limits.ts';
import type { OpenIdSettings } from './openid-settings.ts';
import { OpenIdTokenError, userOfClaims } from './user-of-claims.ts';

export interface OpenIdParts {
  readonly settings: OpenIdSettings;
  readonly keys: IssuerKeys;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

/** Accepts tokens of one issuer for one audience; passes over those of others, which may know them. */
export function openIdAuthenticator(parts: OpenIdParts): Authenticator {
  const { settings, log } = parts;
  return {
    name: 'openid-connect',
    async authenticate(credential) {
      if (credential.type !== 'bearer' || issuerNamed(credential.token) !== settings.issuer) return undefined;
      try {
        return userOfClaims(await verifiedClaims(parts, credential.token), settings.claims);
      } catch (error) {
        if (!(error instanceof OpenIdTokenError || error instanceof IssuerError)) throw error;
        log.debug('a token of the OpenID Connect issuer is not accepted', { problem: error.message });
        throw new StatusError('Unauthorized', 'Unauthorized', { cause: error });
      }
    },
  };
}

/** Google names itself in two ways. */
const issuerNamed = (token: string): string | undefined => {
  const issuer = tokenIssuer(token);
  return issuer === 'accounts.google.com' ? `https://${issuer}` : issuer;
};

/** The claims of a token that the issuer signed, for this audience and now. */
async function verifiedClaims({ settings, keys, clock }: OpenIdParts, token: string): Promise<JWTPayload> {
  const nowMs = clock.now();
  const options: JWTVerifyOptions = {
    audience: settings.audience,
    algorithms: [...settings.algorithms],
    requiredClaims: ['exp'],
    clockTolerance: EARLY_SECONDS,
    currentDate: new Date(nowMs),
  };
  const known = await keys.known();
  let claims = await signedClaims(token, known, options);
  if (claims === undefined) {
    const newer = await keys.newerThan(known);
    if (newer !== undefined) claims = await signedClaims(token, newer, options);
  }
  if (claims === undefined) throw new OpenIdTokenError('verify token: failed to verify id token signature');
  // What is early by little is accepted, what is late is not.
  if ((claims.exp ?? 0) * 1000 < nowMs) throw new OpenIdTokenError('verify token: token is expired');
  return claims;
}

/** `undefined` where none of the keys signed it. */
async function signedClaims(
  token: string,
  keys: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload | undefined> {
  const { jwtVerify, errors } = await import('jose');
  try {
    return (await jwtVerify(token, keys, options)).payload;
  } catch (error) {
    if (error instanceof errors.JWKSMultipleMatchingKeys) return signedByOneOf(token, error, options);
    if (failedWith(error, ...NOT_BY_THESE)) return undefined;
    // Of a key that cannot be used too: whatever it is, nothing is verified.
    throw new OpenIdTokenError(`verify token: ${messageOf(error)}`, { cause: error });
  }
}

/** For a token that does not name its key. */
async function signedByOneOf(
  token: string,
  keys: AsyncIterable<CryptoKey>,
  options: JWTVerifyOptions,
): Promise<JWTPayload | undefined> {
  for await (const key of keys) {
    const claims = await signedClaims(token, () => key, options);
    if (claims !== undefined) return claims;
  }
  return undefined;
}

const NOT_BY_THESE = ['ERR_JWKS_NO_MATCHING_KEY', 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED'];
