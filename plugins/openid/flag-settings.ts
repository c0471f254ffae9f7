import { isDeepEqual } from '../../src/base/deep-equal.ts';
import { must } from '../../src/base/must.ts';
import { list, object, string, type Stored } from '../../src/schema/schema.ts';
import { applyDefaults } from '../../src/schema/defaults.ts';
import { AUTHENTICATION_CONFIGURATION, type AuthenticationConfiguration } from './authentication-configuration.ts';
import { readIssuers, type Issuer } from './read-issuers.ts';
import { OpenIdSettingError } from './setting-error.ts';

/** By the names of kube-apiserver's flags. */
export const openIdConfig = object({
  authenticationConfig: string().default(''),
  oidcIssuerUrl: string().default(''),
  oidcClientId: string().default(''),
  oidcUsernameClaim: string().default('sub'),
  oidcUsernamePrefix: string().default(''),
  oidcGroupsClaim: string().default(''),
  oidcGroupsPrefix: string().default(''),
  oidcCaFile: string().default(''),
  oidcRequiredClaim: list(string()).default([]),
  oidcSigningAlgs: list(string()).default(['RS256']),
});
export type OpenIdConfig = Stored<typeof openIdConfig>;

/** Throws `OpenIdSettingError` in upstream's words where flags say what a file is to say. */
export function requireNoFlags(config: OpenIdConfig): void {
  const unsaid = applyDefaults(openIdConfig.node, { authenticationConfig: config.authenticationConfig });
  if (isDeepEqual(config, unsaid)) return;
  throw new OpenIdSettingError('authentication-config file and oidc-* flags are mutually exclusive');
}

/**
 * The issuer that flags stand for: one of a file, said otherwise. `ca` is what the file of CAs holds, `ownIssuer` whose
 * tokens are another's to judge. Pure; throws `OpenIdSettingError` in upstream's words for flags that mean nothing.
 */
export function flagIssuer(config: OpenIdConfig, ca: string, ownIssuer: string): Issuer {
  if (config.oidcIssuerUrl === '' || config.oidcClientId === '') {
    throw new OpenIdSettingError(
      'oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set',
    );
  }
  const around = { ownIssuer, algorithms: algorithmsOf(config.oidcSigningAlgs) };
  const read = readIssuers(configurationOf(config, ca), around);
  if ('problem' in read) throw new OpenIdSettingError(`invalid authentication configuration: ${read.problem}`);
  return must(read.issuers[0], 'one was said');
}

function configurationOf(config: OpenIdConfig, ca: string): AuthenticationConfiguration {
  const { oidcIssuerUrl: url, oidcClientId: audience, oidcUsernameClaim, oidcGroupsClaim } = config;
  const required = new Map(config.oidcRequiredClaim.map(requiredClaim));
  const groups = oidcGroupsClaim === '' ? {} : { claim: oidcGroupsClaim, prefix: config.oidcGroupsPrefix };
  const jwt = {
    issuer: { url, audiences: [audience], certificateAuthority: ca },
    claimValidationRules: [...required].map(([claim, requiredValue]) => ({ claim, requiredValue })),
    claimMappings: { username: { claim: oidcUsernameClaim, prefix: usernamePrefix(config) }, groups },
  };
  // Of its types, with the defaults of what flags do not say.
  return applyDefaults(AUTHENTICATION_CONFIGURATION.schema.node, { jwt: [jwt] }) as AuthenticationConfiguration;
}

function usernamePrefix({ oidcUsernamePrefix, oidcUsernameClaim, oidcIssuerUrl }: OpenIdConfig): string {
  if (oidcUsernamePrefix === '-') return '';
  return oidcUsernamePrefix === '' && oidcUsernameClaim !== 'email' ? `${oidcIssuerUrl}#` : oidcUsernamePrefix;
}

function requiredClaim(pair: string): readonly [string, string] {
  const at = pair.indexOf('=');
  if (at !== -1) return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
  throw new OpenIdSettingError(
    `invalid argument ${JSON.stringify(pair)} for "--oidc-required-claim" flag: malformed pair, expect string=string`,
  );
}

/** Those by which nobody signs who only holds what verifies. */
export const ALGORITHMS: readonly string[] = ['RS', 'ES', 'PS'].flatMap(family => [
  `${family}256`,
  `${family}384`,
  `${family}512`,
]);

function algorithmsOf(given: readonly string[]): readonly string[] {
  const algorithms = given.flatMap(text => text.split(',')).filter(each => each !== '');
  const unknown = algorithms.find(each => !ALGORITHMS.includes(each));
  if (unknown !== undefined) throw new OpenIdSettingError(`oidc: unsupported signing alg: ${JSON.stringify(unknown)}`);
  return algorithms.length > 0 ? algorithms : ['RS256'];
}
