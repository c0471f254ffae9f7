import { fieldErrorsText } from '../../src/api/field-errors-text.ts';
import { duplicate, invalid, tooMany, type FieldError } from '../../src/api/field-error.ts';
import type { AuthenticationConfiguration } from './authentication-configuration.ts';
import { readClaimSettings, type ClaimSettings } from './claim-settings.ts';
import { issuerProblems } from './issuer-problems.ts';

/** One whose tokens name users. */
export interface Issuer {
  readonly url: string;
  /** Where it tells of itself, if not below `url`. */
  readonly discoveryUrl?: string;
  /** A token is for one of them. */
  readonly audiences: readonly string[];
  readonly algorithms: readonly string[];
  /** PEM; this machine's own trust where absent. */
  readonly ca?: string;
  readonly claims: ClaimSettings;
}

export interface IssuersAround {
  /** Whose tokens are another's to judge. */
  readonly ownIssuer: string;
  readonly algorithms: readonly string[];
}

const MAX_ISSUERS = 64;

/** The issuers that a configuration names, or all that is wrong with it, `more` too, in upstream's words. Pure. */
export function readIssuers(
  { jwt, anonymous }: AuthenticationConfiguration,
  { ownIssuer, algorithms }: IssuersAround,
  more: readonly FieldError[] = [],
): { readonly issuers: readonly Issuer[] } | { readonly problem: string } {
  const problems: FieldError[] = [];
  const complain = (...more: readonly FieldError[]): void => void problems.push(...more);
  if (jwt.length > MAX_ISSUERS) {
    return { problem: fieldErrorsText([tooMany('jwt', jwt.length, MAX_ISSUERS)]) ?? '' };
  }
  const seen = { url: new Set<string>(), discoveryURL: new Set<string>() };
  const issuers = jwt.flatMap((each, index): readonly Issuer[] => {
    const at = `jwt[${index}]`;
    const { url, discoveryURL, certificateAuthority: ca, audiences } = each.issuer;
    complain(...issuerProblems(each.issuer, `${at}.issuer`, ownIssuer));
    const claims = readClaimSettings(each, at, complain);
    if (seen.url.has(url)) complain(duplicate(`${at}.issuer.url`, url));
    seen.url.add(url);
    if (discoveryURL !== '' && seen.discoveryURL.has(discoveryURL)) {
      complain(duplicate(`${at}.issuer.discoveryURL`, discoveryURL));
    }
    seen.discoveryURL.add(discoveryURL);
    if (claims === undefined) return [];
    return [
      {
        url,
        ...(discoveryURL === '' ? {} : { discoveryUrl: discoveryURL }),
        audiences,
        algorithms,
        ...(ca === '' ? {} : { ca }),
        claims,
      },
    ];
  });
  if (anonymous?.enabled === false && anonymous.conditions.length > 0) {
    // As upstream prints them, by its types without a version.
    const shown = anonymous.conditions.map(({ path }) => ({ Path: path }));
    complain(invalid('anonymous.conditions', shown, 'enabled should be set to true when conditions are defined'));
  }
  const problem = fieldErrorsText([...problems, ...more]);
  return problem === undefined ? { issuers } : { problem };
}
