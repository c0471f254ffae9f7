import { forbidden, invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { validateLabels } from '../../../../src/api/validate-metadata.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { ipProblems } from '../../../../src/base/ip-problems.ts';
import { qualifiedNameProblems, subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { PodSpec } from './pod-spec.ts';
import type { Toleration } from './toleration.ts';
import { validateContainers } from './validate-containers.ts';
import { validateVolumes } from './validate-volumes.ts';

/** A pod's spec, in a pod or in a template. */
export function validatePodSpec(spec: PodSpec, field: string): readonly FieldError[] {
  return [
    ...validateVolumes(spec.volumes ?? [], `${field}.volumes`),
    ...validateContainers(spec, field),
    ...validateNames(spec, field),
    ...validateLabels(spec.nodeSelector, `${field}.nodeSelector`),
    ...validateTolerations(spec.tolerations ?? [], `${field}.tolerations`),
    ...validateDns(spec, field),
    ...validateHostAliases(spec, `${field}.hostAliases`),
    ...validateSpread(spec, `${field}.topologySpreadConstraints`),
    ...validateWeights(spec, `${field}.affinity`),
  ];
}

type Rule = (name: string) => readonly string[];
const NAMES = [
  ['serviceAccountName', subdomainProblems],
  ['nodeName', subdomainProblems],
  ['hostname', dnsLabelProblems],
  ['subdomain', dnsLabelProblems],
  ['priorityClassName', subdomainProblems],
  ['runtimeClassName', subdomainProblems],
] as const satisfies readonly (readonly [keyof PodSpec, Rule])[];

const validateNames = (spec: PodSpec, field: string): readonly FieldError[] =>
  NAMES.flatMap(([name, rule]) => {
    const value = spec[name] ?? '';
    return value === '' ? [] : rule(value).map(problem => invalid(`${field}.${name}`, value, problem));
  });

export function validateTolerations(tolerations: readonly Toleration[], field: string): readonly FieldError[] {
  return tolerations.flatMap((toleration, index) => {
    const path = `${field}[${index}]`;
    const { key = '', operator = 'Equal', value = '', effect = '', tolerationSeconds } = toleration;
    const errors: FieldError[] = [];
    if (key !== '') errors.push(...qualifiedNameProblems(key).map(problem => invalid(`${path}.key`, key, problem)));
    else if (operator !== 'Exists') {
      const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalid(`${path}.operator`, operator, detail));
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      errors.push(invalid(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    }
    if (operator === 'Exists' && value !== '') {
      errors.push(invalid(`${path}.operator`, toleration, "value must be empty when `operator` is 'Exists'"));
    }
    return errors;
  });
}

const MAX_NAMESERVERS = 3;
const MAX_SEARCHES = 32;

function validateDns({ dnsPolicy, dnsConfig }: PodSpec, field: string): readonly FieldError[] {
  const { nameservers = [], searches = [] } = dnsConfig ?? {};
  const path = `${field}.dnsConfig`;
  const errors: FieldError[] = [];
  if (dnsPolicy === 'None' && dnsConfig === undefined) {
    return [required(path, 'must provide `dnsConfig` when `dnsPolicy` is None')];
  }
  if (dnsPolicy === 'None' && nameservers.length === 0) {
    errors.push(required(`${path}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'));
  }
  if (nameservers.length > MAX_NAMESERVERS) {
    errors.push(invalid(`${path}.nameservers`, nameservers, `must not have more than ${MAX_NAMESERVERS} nameservers`));
  }
  for (const [index, server] of nameservers.entries()) {
    errors.push(...ipProblems(server).map(problem => invalid(`${path}.nameservers[${index}]`, server, problem)));
  }
  if (searches.length > MAX_SEARCHES) {
    errors.push(invalid(`${path}.searches`, searches, `must not have more than ${MAX_SEARCHES} search paths`));
  }
  return errors;
}

const validateHostAliases = ({ hostAliases = [] }: PodSpec, field: string): readonly FieldError[] =>
  hostAliases.flatMap(({ ip, hostnames = [] }, index) => [
    ...ipProblems(ip).map(problem => invalid(`${field}[${index}].ip`, ip, problem)),
    ...hostnames.flatMap((hostname, at) =>
      subdomainProblems(hostname).map(problem => invalid(`${field}[${index}].hostnames[${at}]`, hostname, problem)),
    ),
  ]);

const validateSpread = ({ topologySpreadConstraints = [] }: PodSpec, field: string): readonly FieldError[] =>
  topologySpreadConstraints.flatMap(({ maxSkew, minDomains }, index) => {
    const errors: FieldError[] = [];
    if (maxSkew <= 0) errors.push(invalid(`${field}[${index}].maxSkew`, maxSkew, 'must be greater than zero'));
    if (minDomains !== undefined && minDomains <= 0) {
      errors.push(invalid(`${field}[${index}].minDomains`, minDomains, 'must be greater than zero'));
    }
    return errors;
  });

function validateWeights({ affinity }: PodSpec, field: string): readonly FieldError[] {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {};
  return Object.entries({ nodeAffinity, podAffinity, podAntiAffinity }).flatMap(([name, one]) => {
    const preferred: readonly { readonly weight: number }[] =
      one?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    return preferred.flatMap(({ weight }, index) =>
      weight >= 1 && weight <= 100
        ? []
        : [
            invalid(
              `${field}.${name}.preferredDuringSchedulingIgnoredDuringExecution[${index}].weight`,
              weight,
              'must be in the range 1-100',
            ),
          ],
    );
  });
}

/** What may only come later, through a subresource. */
export const noEphemeralContainers = ({ ephemeralContainers = [] }: PodSpec, field: string): readonly FieldError[] =>
  ephemeralContainers.length === 0 ? [] : [forbidden(`${field}.ephemeralContainers`, 'cannot be set on create')];
