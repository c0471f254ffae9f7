import { X509Certificate } from 'node:crypto';
import { duplicate, invalid, required, type FieldError } from '../../src/api/field-error.ts';
import type { JwtAuthenticator } from './authentication-configuration.ts';

/** What is wrong with how an issuer is found and believed, in upstream's words and order. Pure. */
export function issuerProblems(
  issuer: JwtAuthenticator['issuer'],
  at: string,
  ownIssuer: string,
): readonly FieldError[] {
  const { url, certificateAuthority: ca, egressSelectorType: egress } = issuer;
  return [
    ...(url === '' ? [required(`${at}.url`)] : urlProblems(url, `${at}.url`, ownIssuer)),
    ...discoveryProblems(issuer, `${at}.discoveryURL`),
    ...audienceProblems(issuer, at),
    ...(ca === '' || holdsCertificate(ca) ? [] : [invalid(`${at}.certificateAuthority`, '<omitted>', NO_CA)]),
    ...(egress === '' ? [] : [invalid(`${at}.egressSelectorType`, egress, egressProblem(egress))]),
  ];
}

const NO_CA = 'data does not contain any valid RSA or ECDSA certificates';

/** There are no selectors to choose from: everybody is reached directly. */
const egressProblem = (egress: string): string =>
  EGRESSES.has(egress)
    ? `oidc: egress lookup for ${JSON.stringify(egress)} is not configured`
    : 'egress selector must be either controlplane or cluster';
const EGRESSES: ReadonlySet<string> = new Set(['controlplane', 'cluster']);

function discoveryProblems({ url, discoveryURL }: JwtAuthenticator['issuer'], at: string): readonly FieldError[] {
  if (discoveryURL === '') return [];
  const isSame = url !== '' && url.replace(/\/+$/, '') === discoveryURL.replace(/\/+$/, '');
  return [
    ...(isSame ? [invalid(at, discoveryURL, 'discoveryURL must be different from URL')] : []),
    ...urlProblems(discoveryURL, at, undefined),
  ];
}

function urlProblems(text: string, at: string, ownIssuer: string | undefined): readonly FieldError[] {
  const wrong = (detail: string): FieldError => invalid(at, text, detail);
  const url = URL.parse(text);
  return [
    ...(text === ownIssuer ? [wrong(`URL must not overlap with disallowed issuers: [${ownIssuer}]`)] : []),
    ...(url?.protocol === 'https:' ? [] : [wrong('URL scheme must be https')]),
    ...(url === null || (url.username === '' && url.password === '')
      ? []
      : [wrong('URL must not contain a username or password')]),
    ...(url === null || url.search === '' ? [] : [wrong('URL must not contain a query')]),
    ...(url === null || url.hash === '' ? [] : [wrong('URL must not contain a fragment')]),
  ];
}

function audienceProblems({ audiences, audienceMatchPolicy: policy }: JwtAuthenticator['issuer'], at: string) {
  if (audiences.length === 0) return [required(`${at}.audiences`, `at least one ${at}.audiences is required`)];
  const problems: FieldError[] = audiences.flatMap((audience, index) => [
    ...(audience === '' ? [required(`${at}.audiences[${index}]`)] : []),
    ...(audiences.indexOf(audience) < index ? [duplicate(`${at}.audiences[${index}]`, audience)] : []),
  ]);
  const wrong = (detail: string): FieldError => invalid(`${at}.audienceMatchPolicy`, policy, detail);
  if (audiences.length > 1 && policy !== ANY) {
    problems.push(wrong('audienceMatchPolicy must be MatchAny for multiple audiences'));
  }
  if (audiences.length === 1 && policy !== '' && policy !== ANY) {
    problems.push(wrong('audienceMatchPolicy must be empty or MatchAny for single audience'));
  }
  return problems;
}

const ANY = 'MatchAny';

function holdsCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}
