import { describe, expect, it } from 'vitest';
import { applyDefaults } from '../../src/schema/defaults.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import { AUTHENTICATION_CONFIGURATION, type AuthenticationConfiguration } from './authentication-configuration.ts';
import { readIssuers } from './read-issuers.ts';
import { userOfClaims, type Claims } from './user-of-claims.ts';

interface Said {
  readonly username?: string;
  readonly groups?: string;
  readonly uid?: object;
  readonly extra?: string;
  readonly claimRule?: string;
  readonly userRule?: string;
}

/** The user by a configuration that says what is given, and `claims.sub` for the name where that is not. */
function userBy({ username = 'claims.sub', groups, uid, extra, claimRule, userRule }: Said, claims: Claims): UserInfo {
  const jwt = {
    issuer: { url: 'https://issuer.test', audiences: ['me'] },
    claimMappings: {
      username: { expression: username },
      ...(groups === undefined ? {} : { groups: { expression: groups } }),
      ...(uid === undefined ? {} : { uid }),
      extra: extra === undefined ? [] : [{ key: 'x.test/y', valueExpression: extra }],
    },
    claimValidationRules: claimRule === undefined ? [] : [{ expression: claimRule, message: 'not so' }],
    userValidationRules: userRule === undefined ? [] : [{ expression: userRule, message: 'not they' }],
  };
  const configuration = applyDefaults(AUTHENTICATION_CONFIGURATION.schema.node, { jwt: [jwt] });
  const around = { ownIssuer: 'https://own.test', algorithms: ['RS256'] };
  const read = readIssuers(configuration as AuthenticationConfiguration, around);
  if ('problem' in read) throw new Error(read.problem);
  const [issuer] = read.issuers;
  if (issuer === undefined) throw new Error('no issuer');
  return userOfClaims(claims, issuer.claims);
}

const KNOWN = 'system:authenticated';
const JTI = 'authentication.kubernetes.io/credential-id';

describe('expressions about claims', () => {
  it.each<[string, Said, Claims, Partial<UserInfo>]>([
    ['a name put together', { username: "'x:' + claims.sub" }, { sub: 'jane' }, { name: 'x:jane' }],
    ['a name deep within', { username: 'claims.a.b[0].c' }, { a: { b: [{ c: 'jane' }] } }, { name: 'jane' }],
    ['a claim of an odd name', { username: 'claims.my__dot__name' }, { 'my.name': 'jane' }, { name: 'jane' }],
    ['one within a list', { username: 'claims.a[0].b__dash__c' }, { a: [{ 'b-c': 'jane' }] }, { name: 'jane' }],
    [
      'groups of a list',
      { groups: 'claims.roles' },
      { sub: 'j', roles: ['a', '', 'b'] },
      { groups: ['a', 'b', KNOWN] },
    ],
    ['one group', { groups: 'claims.role' }, { sub: 'j', role: 'a' }, { groups: ['a', KNOWN] }],
    ['no group', { groups: 'claims.role' }, { sub: 'j', role: null }, { groups: [KNOWN] }],
    [
      'groups by a macro',
      { groups: "claims.roles.map(r, 'x:' + r)" },
      { sub: 'j', roles: ['a'] },
      { groups: ['x:a', KNOWN] },
    ],
    ['groups that need not be', { groups: 'claims.?roles.orValue([])' }, { sub: 'j' }, { groups: [KNOWN] }],
    [
      'numbers as doubles',
      { groups: "claims.n == 5 ? string(type(claims.n) == double) : ''" },
      { sub: 'j', n: 5 },
      { groups: ['true', KNOWN] },
    ],
    ['an id', { uid: { expression: "claims.id + '!'" } }, { sub: 'j', id: '7' }, { uid: '7!' }],
    ['an id of a claim', { uid: { claim: 'id' } }, { sub: 'j', id: '7' }, { uid: '7' }],
    ['more', { extra: 'claims.y' }, { sub: 'j', y: 'z', jti: 't' }, { extra: { [JTI]: ['JTI=t'], 'x.test/y': ['z'] } }],
    ['nothing more', { extra: "['']" }, { sub: 'j' }, {}],
    [
      'a rule of claims',
      { claimRule: 'claims.exp - claims.nbf <= 60.0' },
      { sub: 'j', exp: 100, nbf: 50 },
      { name: 'j' },
    ],
    ['a rule of users', { userRule: "!user.username.startsWith('system:')" }, { sub: 'j' }, { name: 'j' }],
    [
      'a rule of all of a user, before all know him',
      {
        groups: 'claims.r',
        extra: 'claims.y',
        uid: { claim: 'id' },
        userRule: "user.groups == ['a'] && user.uid == '7' && user.extra.x__dot__test__slash__y == ['z']",
      },
      { sub: 'j', r: 'a', y: 'z', id: '7' },
      { uid: '7', groups: ['a', KNOWN], extra: { 'x.test/y': ['z'] } },
    ],
    [
      'a rule of what is not there',
      { userRule: "user.uid == '' && user.groups.size() == 0 && user.extra.size() == 0" },
      { sub: 'j' },
      { name: 'j' },
    ],
  ])('make %s', (_, said, claims, user) => {
    expect(userBy(said, claims)).toEqual({ name: 'j', groups: [KNOWN], ...user });
  });

  it.each<[Said, Claims, string]>([
    [{}, {}, "error evaluating username claim expression: expression 'claims.sub' resulted in error: no such key: sub"],
    [{}, { sub: 1 }, 'error evaluating username claim expression: username claim expression must return a string'],
    [{}, { sub: '' }, 'empty username via CEL expression is not allowed'],
    [
      { uid: { expression: 'claims.id' } },
      { sub: 'j', id: 1 },
      'error evaluating uid claim expression: uid claim expression must return a string',
    ],
    [{ uid: { claim: 'id' } }, { sub: 'j' }, 'parse uid claim "id": claim not present'],
    [
      { groups: 'claims.r' },
      { sub: 'j', r: 1 },
      'error evaluating group claim expression: expression must return a string or a list of strings',
    ],
    [
      { groups: 'claims.r' },
      { sub: 'j', r: ['a', 1] },
      'error evaluating group claim expression: expression must return a string or a list of strings',
    ],
    [
      { extra: 'claims.r' },
      { sub: 'j', r: {} },
      'error evaluating extra claim expression: claims.r: expression must return a string or a list of strings',
    ],
    [
      { claimRule: 'claims.a == 1' },
      { sub: 'j', a: 2 },
      "error evaluating claim validation expression: validation expression 'claims.a == 1' failed: not so",
    ],
    [
      { claimRule: 'claims.a == 1' },
      { sub: 'j' },
      "error evaluating claim validation expression: expression 'claims.a == 1' resulted in error: no such key: a",
    ],
    [
      { userRule: "user.username != 'j'" },
      { sub: 'j' },
      "error evaluating user info validation rule: validation expression 'user.username != 'j'' failed: not they",
    ],
  ])('%j make nobody of %j', (said, claims, message) => {
    expect(() => userBy(said, claims)).toThrow(
      expect.objectContaining({ code: 'BadOpenIdToken', message: `oidc: ${message}` }),
    );
  });
});
