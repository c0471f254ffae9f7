import { X509Certificate } from 'node:crypto';
import { CodedError } from '../../src/base/coded-error.ts';
import { fieldErrorBody, invalid, required, type FieldError } from '../../src/api/field-error.ts';
import { list, object, string, type Stored } from '../../src/schema/schema.ts';

/** By the names of kube-apiserver's flags. */
export const openIdConfig = object({
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

export interface OpenIdSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
  /** PEM; this machine's own trust where absent. */
  readonly ca?: string;
  readonly claims: ClaimSettings;
}

/** What makes a user of a token's claims. */
export interface ClaimSettings {
  readonly username: { readonly claim: string; readonly prefix: string };
  /** Absent: tokens tell of no groups. */
  readonly groups?: { readonly claim: string; readonly prefix: string };
  readonly required: ReadonlyMap<string, string>;
}

/** A setting that cannot be followed; the message is what whoever starts the server is told. */
export class OpenIdSettingError extends CodedError<'BadOpenIdSetting'> {
  constructor(message: string) {
    super('BadOpenIdSetting', message);
  }
}

export interface SettingsAround {
  /** What `oidcCaFile` holds, where one is given. */
  readonly ca: string | undefined;
  /** Whose tokens are another's to judge. */
  readonly ownIssuer: string;
}

/** What the settings come to. Pure; throws `OpenIdSettingError` in upstream's words for those that mean nothing. */
export function readOpenIdSettings(config: OpenIdConfig, { ca, ownIssuer }: SettingsAround): OpenIdSettings {
  const {
    oidcIssuerUrl: issuer,
    oidcClientId: audience,
    oidcUsernameClaim: username,
    oidcGroupsClaim: groups,
  } = config;
  if (issuer === '' || audience === '') {
    throw new OpenIdSettingError(
      'oidc-issuer-url and oidc-client-id must be specified together when any oidc-* flags are set',
    );
  }
  const requiredClaims = new Map(config.oidcRequiredClaim.map(requiredClaim));
  const problems = [
    ...issuerProblems(issuer, ownIssuer),
    ...(ca === undefined || holdsCertificate(ca)
      ? []
      : [invalid(`${AT}.issuer.certificateAuthority`, '<omitted>', NO_CA)]),
    ...(username === '' ? [required(`${AT}.claimMappings.username`, 'claim or expression is required')] : []),
  ].map(problem => `${problem.field}: ${fieldErrorBody(problem)}`);
  if (problems.length > 0)
    throw new OpenIdSettingError(problems.length === 1 ? problems.join() : `[${problems.join(', ')}]`);
  return {
    issuer,
    audience,
    algorithms: algorithmsOf(config.oidcSigningAlgs),
    ...(ca === undefined ? {} : { ca }),
    claims: {
      username: { claim: username, prefix: usernamePrefix(config) },
      ...(groups === '' ? {} : { groups: { claim: groups, prefix: config.oidcGroupsPrefix } }),
      required: requiredClaims,
    },
  };
}

/** Upstream judges its flags as what they stand for in a file of settings. */
const AT = 'jwt[0]';
const NO_CA = 'data does not contain any valid RSA or ECDSA certificates';

function issuerProblems(issuer: string, ownIssuer: string): readonly FieldError[] {
  const wrong = (detail: string): FieldError => invalid(`${AT}.issuer.url`, issuer, detail);
  if (issuer === ownIssuer) return [wrong(`URL must not overlap with disallowed issuers: [${ownIssuer}]`)];
  const url = URL.parse(issuer);
  if (url?.protocol !== 'https:') return [wrong('URL scheme must be https')];
  return [
    ...(url.username === '' && url.password === '' ? [] : [wrong('URL must not contain a username or password')]),
    ...(url.search === '' ? [] : [wrong('URL must not contain a query')]),
    ...(url.hash === '' ? [] : [wrong('URL must not contain a fragment')]),
  ];
}

function holdsCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
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
const ALGORITHMS: ReadonlySet<string> = new Set(
  ['RS', 'ES', 'PS'].flatMap(family => [`${family}256`, `${family}384`, `${family}512`]),
);

function algorithmsOf(given: readonly string[]): readonly string[] {
  const algorithms = given.flatMap(text => text.split(',')).filter(each => each !== '');
  const unknown = algorithms.find(each => !ALGORITHMS.has(each));
  if (unknown !== undefined) throw new OpenIdSettingError(`oidc: unsupported signing alg: ${JSON.stringify(unknown)}`);
  return algorithms.length > 0 ? algorithms : ['RS256'];
}
