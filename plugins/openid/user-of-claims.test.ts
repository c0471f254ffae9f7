import { describe, expect, it } from 'vitest';
import type { ClaimSettings } from './claim-settings.ts';
import { userOfClaims } from './user-of-claims.ts';

const settings = (more: Partial<ClaimSettings> = {}): ClaimSettings => ({
  username: { claim: 'sub', prefix: 'i#' },
  groups: { claim: 'groups', prefix: 'g:' },
  extra: [],
  required: new Map(),
  claimRules: [],
  userRules: [],
  ...more,
});
const byMail = settings({ username: { claim: 'email', prefix: '' } });
const KNOWN = 'system:authenticated';

describe('the user that claims name', () => {
  it.each([
    ['nobody’s groups', { sub: 'jane' }, ['i#jane', [KNOWN]]],
    ['groups in a list', { sub: 'jane', groups: ['a', 'b'] }, ['i#jane', ['g:a', 'g:b', KNOWN]]],
    ['one group as a text', { sub: 'jane', groups: 'a' }, ['i#jane', ['g:a', KNOWN]]],
    ['groups that are null', { sub: 'jane', groups: null }, ['i#jane', [KNOWN]]],
  ] as const)('has %s', (_, claims, [name, groups]) => {
    expect(userOfClaims(claims, settings())).toEqual({ name, groups });
  });

  it('is known once', () => {
    const plain = settings({ groups: { claim: 'groups', prefix: '' } });
    expect(userOfClaims({ sub: 'jane', groups: [KNOWN, 'a'] }, plain).groups).toEqual([KNOWN, 'a']);
  });

  it('comes with the id of its token', () => {
    const key = 'authentication.kubernetes.io/credential-id';
    expect(userOfClaims({ sub: 'jane', jti: 'x' }, settings()).extra).toEqual({ [key]: ['JTI=x'] });
    expect(userOfClaims({ sub: 'jane', jti: 1 }, settings())).not.toHaveProperty('extra');
  });

  it('by an address of mail is one that is verified, if that is told', () => {
    expect(userOfClaims({ email: 'j@x' }, byMail).name).toBe('j@x');
    expect(userOfClaims({ email: 'j@x', email_verified: true }, byMail).name).toBe('j@x');
    expect(userOfClaims({ sub: 'jane', email_verified: false }, settings()).name).toBe('i#jane');
  });

  const needs = settings({ required: new Map([['hd', 'x']]) });
  it('has what is required', () => {
    expect(userOfClaims({ sub: 'jane', hd: 'x' }, needs).name).toBe('i#jane');
  });

  it.each([
    [{}, settings(), 'oidc: parse username claims "sub": claim not present'],
    [{ sub: 1 }, settings(), 'oidc: parse username claims "sub": not a string'],
    [{ email: '' }, byMail, 'oidc: parse username claims "email": the name is empty'],
    [{ email: 'j@x', email_verified: false }, byMail, 'oidc: email not verified'],
    [{ email: 'j@x', email_verified: null }, byMail, 'oidc: email not verified'],
    [{ email: 'j@x', email_verified: 'true' }, byMail, "oidc: parse 'email_verified' claim: not a boolean"],
    [
      { sub: 'jane', groups: [1] },
      settings(),
      'oidc: parse groups claim "groups": not a string or an array of strings',
    ],
    [
      { sub: 'jane', groups: { a: 1 } },
      settings(),
      'oidc: parse groups claim "groups": not a string or an array of strings',
    ],
    [{ sub: 'jane' }, needs, 'oidc: required claim hd not present in ID token'],
    [{ sub: 'jane', hd: 'y' }, needs, 'oidc: required claim hd value does not match. Got = y, want = x'],
    [{ sub: 'jane', hd: ['x'] }, needs, 'oidc: parse claim hd: not a string'],
  ])('is none of %j', (claims, by, message) => {
    expect(() => userOfClaims(claims, by)).toThrow(expect.objectContaining({ code: 'BadOpenIdToken', message }));
  });
});
