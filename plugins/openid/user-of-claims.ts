import { CodedError } from '../../src/base/coded-error.ts';
import { own } from '../../src/base/is-record.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import type { ClaimSettings } from './openid-settings.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** A token of the issuer's that names nobody, or not in a way that is accepted. Upstream's words, for the log. */
export class OpenIdTokenError extends CodedError<'BadOpenIdToken'> {
  constructor(message: string, options?: ErrorOptions) {
    super('BadOpenIdToken', `oidc: ${message}`, options);
  }
}

/** The user that verified claims name. Throws `OpenIdTokenError`. `null` is nothing, as Go reads it. */
export function userOfClaims(claims: Claims, settings: ClaimSettings): UserInfo {
  const name = nameOf(claims, settings.username);
  const groups = groupsOf(claims, settings.groups);
  for (const [claim, wanted] of settings.required) {
    if (!Object.hasOwn(claims, claim)) throw new OpenIdTokenError(`required claim ${claim} not present in ID token`);
    const value = textOf(claims, claim, `parse claim ${claim}`);
    if (value !== wanted) {
      throw new OpenIdTokenError(`required claim ${claim} value does not match. Got = ${value}, want = ${wanted}`);
    }
  }
  const tokenId = own(claims, 'jti');
  return {
    name,
    groups: groups.some(group => KNOWN.has(group)) ? groups : [...groups, 'system:authenticated'],
    ...(typeof tokenId === 'string' && tokenId !== ''
      ? { extra: { 'authentication.kubernetes.io/credential-id': [`JTI=${tokenId}`] } }
      : {}),
  };
}

const KNOWN: ReadonlySet<string> = new Set(['system:authenticated', 'system:unauthenticated']);

function nameOf(claims: Claims, { claim, prefix }: ClaimSettings['username']): string {
  const what = `parse username claims ${JSON.stringify(claim)}`;
  if (!Object.hasOwn(claims, claim)) throw new OpenIdTokenError(`${what}: claim not present`);
  const name = prefix + textOf(claims, claim, what);
  if (name === '') throw new OpenIdTokenError(`${what}: the name is empty`);
  if (claim === 'email' && Object.hasOwn(claims, 'email_verified')) {
    const isVerified = own(claims, 'email_verified') ?? false;
    if (typeof isVerified !== 'boolean') throw new OpenIdTokenError("parse 'email_verified' claim: not a boolean");
    if (!isVerified) throw new OpenIdTokenError('email not verified');
  }
  return name;
}

function groupsOf(claims: Claims, groups: ClaimSettings['groups']): readonly string[] {
  if (groups === undefined) return [];
  const given = own(claims, groups.claim) ?? [];
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  return list.map(each => {
    if (typeof each === 'string') return groups.prefix + each;
    throw new OpenIdTokenError(
      `parse groups claim ${JSON.stringify(groups.claim)}: not a string or an array of strings`,
    );
  });
}

function textOf(claims: Claims, claim: string, what: string): string {
  const value = own(claims, claim) ?? '';
  if (typeof value === 'string') return value;
  throw new OpenIdTokenError(`${what}: not a string`);
}
