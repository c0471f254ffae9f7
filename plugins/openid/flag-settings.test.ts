import { describe, expect, it } from 'vitest';
import { applyDefaults } from '../../src/schema/defaults.ts';
import { flagIssuer, openIdConfig, requireNoFlags, type OpenIdConfig } from './flag-settings.ts';

const ISSUER = 'https://issuer.test/realm';
const OWN = 'https://kubernetes.default.svc';
const read = (given: Partial<OpenIdConfig>, ca = '') => {
  const config = applyDefaults(openIdConfig.node, { oidcIssuerUrl: ISSUER, oidcClientId: 'me', ...given });
  return flagIssuer(config as OpenIdConfig, ca, OWN);
};

describe('settings of an OpenID Connect issuer', () => {
  it('are upstream’s unless said', () => {
    expect(read({})).toEqual({
      url: ISSUER,
      audiences: ['me'],
      algorithms: ['RS256'],
      claims: {
        username: { claim: 'sub', prefix: `${ISSUER}#` },
        extra: [],
        required: new Map(),
        claimRules: [],
        userRules: [],
      },
    });
  });

  it.each([
    ['is the issuer', {}, `${ISSUER}#`],
    ['is none for addresses of mail', { oidcUsernameClaim: 'email' }, ''],
    ['is none where that is asked for', { oidcUsernamePrefix: '-' }, ''],
    ['is what is given', { oidcUsernamePrefix: 'oidc:', oidcUsernameClaim: 'email' }, 'oidc:'],
  ])('the prefix of names %s', (_, given, prefix) => {
    expect(read(given).claims.username).toMatchObject({ prefix });
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
  const WRONG = 'invalid authentication configuration: ';
  const url = (issuer: string, detail: string) =>
    `jwt[0].issuer.url: Invalid value: ${JSON.stringify(issuer)}: ${detail}`;
  it.each([
    [{ oidcClientId: '' }, TOGETHER],
    [{ oidcIssuerUrl: '' }, TOGETHER],
    [{ oidcIssuerUrl: 'http://x' }, WRONG + url('http://x', 'URL scheme must be https')],
    [{ oidcIssuerUrl: 'x' }, WRONG + url('x', 'URL scheme must be https')],
    [{ oidcIssuerUrl: 'https://u:p@x' }, WRONG + url('https://u:p@x', 'URL must not contain a username or password')],
    [
      { oidcIssuerUrl: 'https://x/?a#b' },
      `${WRONG}[${url('https://x/?a#b', 'URL must not contain a query')}, ${url('https://x/?a#b', 'URL must not contain a fragment')}]`,
    ],
    [{ oidcIssuerUrl: OWN }, WRONG + url(OWN, `URL must not overlap with disallowed issuers: [${OWN}]`)],
    [
      { oidcUsernameClaim: '' },
      WRONG + 'jwt[0].claimMappings.username: Required value: claim or expression is required',
    ],
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

  it('may not be said beside a file', () => {
    const config = (given: Partial<OpenIdConfig>): OpenIdConfig =>
      applyDefaults(openIdConfig.node, { authenticationConfig: '/a', ...given }) as OpenIdConfig;
    expect(() => requireNoFlags(config({}))).not.toThrow();
    expect(() => requireNoFlags(config({ oidcUsernameClaim: 'email' }))).toThrow(
      'authentication-config file and oidc-* flags are mutually exclusive',
    );
  });
});
