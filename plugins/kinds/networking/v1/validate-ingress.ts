import { invalid, placed, type FieldError } from '../../../../src/api/field-error.ts';
import { ipFamily, ipProblems } from '../../../../src/base/ip-problems.ts';
import { regexProblem, maxLenProblem } from '../../../../src/base/name-problem.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import { CLASS_ANNOTATION } from './ingress-class-annotations.ts';
import type { IngressRule, IngressSpec } from './ingress-spec.ts';
import type { IngressStatus } from './ingress-status.ts';
import { validateBackend, validatePaths } from './validate-ingress-paths.ts';

interface IngressLike {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: IngressSpec;
}

/** What an old object had wrong in some ways, a changed one may have as well. */
export function validateIngress({ spec }: IngressLike, old?: IngressLike): readonly FieldError[] {
  const { defaultBackend, rules = [], tls = [], ingressClassName } = spec;
  const nothing = 'either `defaultBackend` or `rules` must be specified';
  const skipsWildcards = (old?.spec.rules ?? []).some(rule => isWildcard(rule) && validateRule(rule, '').length > 0);
  const skipsSecrets = (old?.spec.tls ?? []).some(({ secretName = '' }) => secretProblems(secretName).length > 0);
  return [
    ...(rules.length === 0 && defaultBackend === undefined ? [invalid('spec', spec.rules ?? null, nothing)] : []),
    ...placed(
      'spec.defaultBackend',
      defaultBackend === undefined ? [] : validateBackend(defaultBackend, 'spec.defaultBackend'),
    ),
    ...rules.flatMap((rule, index) => {
      const field = `spec.rules[${index}]`;
      const paths = isWildcard(rule) && skipsWildcards ? [] : validateRule(rule, field);
      return placed(field, [...validateRuleHost(rule, `${field}.host`), ...paths]);
    }),
    ...tls.flatMap(({ hosts = [], secretName = '' }, index) => {
      const field = `spec.tls[${index}]`;
      return [
        ...hosts.flatMap((host, at) =>
          hostProblems(host).map(problem => invalid(`${field}.hosts[${at}]`, host, problem)),
        ),
        ...(skipsSecrets ? [] : secretProblems(secretName)).map(problem =>
          invalid(`${field}.secretName`, secretName, problem),
        ),
      ];
    }),
    ...(ingressClassName === undefined ? [] : subdomainProblems(ingressClassName)).map(problem =>
      invalid('spec.ingressClassName', ingressClassName, problem),
    ),
  ];
}

/** Two ways to name a class, which may not differ where there are both. */
export function validateNewIngress({ metadata, spec: { ingressClassName } }: IngressLike): readonly FieldError[] {
  const annotated = metadata.annotations?.[CLASS_ANNOTATION];
  return annotated === undefined || ingressClassName === undefined || annotated === ingressClassName
    ? []
    : [invalid(`annotations.${CLASS_ANNOTATION}`, annotated, 'must match `ingressClassName` when both are specified')];
}

export const validateIngressStatus = ({ status }: { readonly status: IngressStatus }): readonly FieldError[] =>
  (status.loadBalancer.ingress ?? []).flatMap(({ ip = '', hostname = '' }, index) => {
    const field = `status.loadBalancer.ingress[${index}]`;
    return [
      ...(ip === '' ? [] : ipProblems(ip)).map(problem => invalid(`${field}.ip`, ip, problem)),
      ...(hostname === '' ? [] : subdomainProblems(hostname)).map(problem =>
        invalid(`${field}.hostname`, hostname, problem),
      ),
      ...(ipFamily(hostname) === undefined ? [] : [invalid(`${field}.hostname`, hostname, NOT_AN_ADDRESS)]),
    ];
  });

const NOT_AN_ADDRESS = 'must be a DNS name, not an IP address';

const isWildcard = ({ host = '' }: IngressRule): boolean => host.includes('*');

const validateRule = ({ http }: IngressRule, field: string): readonly FieldError[] =>
  http === undefined ? [] : validatePaths(http.paths, `${field}.http.paths`);

function validateRuleHost({ host = '' }: IngressRule, field: string): readonly FieldError[] {
  if (host === '') return [];
  return [
    ...(ipFamily(host) === undefined ? [] : [invalid(field, host, NOT_AN_ADDRESS)]),
    ...hostProblems(host).map(problem => invalid(field, host, problem)),
  ];
}

const hostProblems = (host: string): readonly string[] =>
  host.includes('*') ? wildcardProblems(host) : subdomainProblems(host);

const secretProblems = (name: string): readonly string[] => (name === '' ? [] : subdomainProblems(name));

const MAX_HOST_BYTES = 253;
const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const WILDCARD = `\\*\\.${LABEL}(\\.${LABEL})*`;

function wildcardProblems(host: string): readonly string[] {
  const isRight = host.startsWith('*.') && subdomainProblems(host.slice(2)).length === 0;
  const rule =
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
  return [
    ...(Buffer.byteLength(host) > MAX_HOST_BYTES ? [maxLenProblem(MAX_HOST_BYTES)] : []),
    ...(isRight ? [] : [regexProblem(rule, WILDCARD, '*.example.com')]),
  ];
}
