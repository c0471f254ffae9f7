import { describe, expect, it } from 'vitest';
import { applyDefaults } from '../../src/schema/defaults.ts';
import { openIdConfig, readOpenIdSettings, type OpenIdConfig } from './openid-settings.ts';

const ISSUER = 'https://issuer.test/realm';
const OWN = 'https://kubernetes.default.svc';
const read = (given: Partial<OpenIdConfig>, ca?: string) => {
  const config = applyDefaults(openIdConfig.node, { oidcIssuerUrl: ISSUER, oidcClientId: 'me', ...given });
  return readOpenIdSettings(config as OpenIdConfig, { ca, ownIssuer: OWN });
};

describe('settings of an OpenID Connect issuer', () => {
  it('are upstream’s unless said', () => {
    expect(read({})).toEqual({
      issuer: ISSUER,
      audience: 'me',
      algorithms: ['RS256'],
      claims: { username: { claim: 'sub', prefix: `${ISSUER}#` }, required: new Map() },
    });
  });

  it.each([
    ['is the issuer', {}, `${ISSUER}#`],
    ['is none for addresses of mail', { oidcUsernameClaim: 'email' }, ''],
    ['is none where that is asked for', { oidcUsernamePrefix: '-' }, ''],
    ['is what is given', { oidcUsernamePrefix: 'oidc:', oidcUsernameClaim: 'email' }, 'oidc:'],
  ])('the prefix of names %s', (_, given, prefix) => {
    expect(read(given).claims.username.prefix).toBe(prefix);
  });

  it('take groups, claims that are required, and algorithms with commas or one by one', () => {
    const { claims, algorithms } = read({
      oidcGroupsClaim: 'roles',
      oidcGroupsPrefix: 'oidc:',
      oidcRequiredClaim: ['a=b', 'hd=x=y,z'],
      oidcSigningAlgs: ['RS256,ES384', 'PS512'],
    });
    expect(claims.groups).toEqual({ claim: 'roles', prefix: 'oidc:' });
    expect([...claims.required]).toEqual([
      ['a', 'b'],
      ['hd', 'x=y,z'],
    ]);
    expect(algorithms).toEqual(['RS256', 'ES384', 'PS512']);
  });

  const TOGETHER = 'oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set';
  const url = (issuer: string, detail: string) =>
    `jwt[0].issuer.url: Invalid value: ${JSON.stringify(issuer)}: ${detail}`;
  it.each([
    [{ oidcClientId: '' }, TOGETHER],
    [{ oidcIssuerUrl: '' }, TOGETHER],
    [{ oidcIssuerUrl: 'http://x' }, url('http://x', 'URL scheme must be https')],
    [{ oidcIssuerUrl: 'x' }, url('x', 'URL scheme must be https')],
    [{ oidcIssuerUrl: 'https://u:p@x' }, url('https://u:p@x', 'URL must not contain a username or password')],
    [
      { oidcIssuerUrl: 'https://x/?a#b' },
      `[${url('https://x/?a#b', 'URL must not contain a query')}, ${url('https://x/?a#b', 'URL must not contain a fragment')}]`,
    ],
    [{ oidcIssuerUrl: OWN }, url(OWN, `URL must not overlap with disallowed issuers: [${OWN}]`)],
    [{ oidcUsernameClaim: '' }, 'jwt[0].claimMappings.username: Required value: claim or expression is required'],
    [{ oidcSigningAlgs: ['HS256'] }, 'oidc: unsupported signing alg: "HS256"'],
    [{ oidcSigningAlgs: ['none'] }, 'oidc: unsupported signing alg: "none"'],
    [
      { oidcRequiredClaim: ['a'] },
      'invalid argument "a" for "--oidc-required-claim" flag: malformed pair, expect string=string',
    ],
  ])('%j is refused', (given, message) => {
    expect(() => read(given)).toThrow(expect.objectContaining({ code: 'BadOpenIdSetting', message }));
  });

  it('refuse a file of CAs that holds none', () => {
    expect(() => read({}, 'nothing')).toThrow(
      'jwt[0].issuer.certificateAuthority: Invalid value: "<omitted>": data does not contain any valid RSA or ECDSA certificates',
    );
  });
});
