import type { CryptoKey, JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose';
import { failedWith } from '../../src/base/failed-with.ts';
import { messageOf } from '../../src/base/message-of.ts';
import type { Clock } from '../../src/base/world.ts';
import { StatusError } from '../../src/api/status-error.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { IssuerError } from './issuer-documents.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import { EARLY_SECONDS } from './limits.ts';
import type { Issuer } from './read-issuers.ts';
import { OpenIdTokenError } from './token-error.ts';
import { userOfClaims } from './user-of-claims.ts';

export interface IssuerTokensParts {
  readonly issuer: Issuer;
  readonly keys: IssuerKeys;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}

/** The user whom a token of the issuer's names. Throws `StatusError` Unauthorized for one that is not good. */
export async function userOfToken(parts: IssuerTokensParts, token: string): Promise<UserInfo> {
  try {
    return userOfClaims(await verifiedClaims(parts, token), parts.issuer.claims);
  } catch (error) {
    if (!(error instanceof OpenIdTokenError || error instanceof IssuerError)) throw error;
    const { url: issuer } = parts.issuer;
    parts.log.debug('a token of the issuer is not accepted', { issuer, problem: error.message });
    throw new StatusError('Unauthorized', 'Unauthorized', { cause: error });
  }
}

/** The claims of a token that the issuer signed, for this audience and now. */
async function verifiedClaims({ issuer, keys, clock }: IssuerTokensParts, token: string): Promise<JWTPayload> {
  const nowMs = clock.now();
  const options: JWTVerifyOptions = {
    audience: [...issuer.audiences],
    algorithms: [...issuer.algorithms],
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
