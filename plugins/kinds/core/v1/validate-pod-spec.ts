import { forbidden, invalid, placed, placedAfter, type FieldError } from '../../../../src/api/field-error.ts';
import { validateLabels } from '../../../../src/api/validate-metadata.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { ipProblems } from '../../../../src/base/ip-problems.ts';
import { qualifiedNameProblems, subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { PodSpec } from './pod-spec.ts';
import { validateAffinity } from './validate-affinity.ts';
import { validateContainers } from './validate-containers.ts';
import { validateDnsConfig } from './validate-dns-config.ts';
import { validateHost } from './validate-host.ts';
import { validatePodOs } from './validate-pod-os.ts';
import { validatePodResources, validateResourceClaims } from './validate-pod-resources.ts';
import { validateResources } from './validate-resources.ts';
import { validatePodSecurityContext } from './validate-security-context.ts';
import { validateSpread } from './validate-spread.ts';
import { validateTolerations } from './validate-tolerations.ts';
import { validateVolumes } from './validate-volumes.ts';

/** A pod's spec, in a pod or in a template; a template may still leave out what its pods will have. */
export function validatePodSpec(spec: PodSpec, field: string, owner: 'pod' | 'template'): readonly FieldError[] {
  const { errors: volumeErrors, sound } = validateVolumes(spec.volumes ?? [], `${field}.volumes`, owner);
  return [
    ...volumeErrors,
    ...validateResourceClaims(spec.resourceClaims ?? [], `${field}.resourceClaims`),
    ...validateContainers(spec, sound, field),
    ...validatePodResources(spec, `${field}.resources`),
    ...validateHost(spec, field, owner),
    ...validateLabels(spec.nodeSelector, `${field}.nodeSelector`),
    ...validatePodSecurityContext(spec, `${field}.securityContext`),
    ...validateAffinity(spec.affinity, `${field}.affinity`),
    ...validateDnsConfig(spec, `${field}.dnsConfig`),
    ...validateGates(spec, field),
    ...validateSpread(spec.topologySpreadConstraints ?? [], `${field}.topologySpreadConstraints`),
    ...validateNames(spec, field),
    ...validateTolerations(spec.tolerations ?? [], `${field}.tolerations`),
    ...validateHostAliases(spec, `${field}.hostAliases`),
    ...placed(`${field}.overhead`, validateResources({ limits: spec.overhead ?? {} }, `${field}.overhead`)),
    ...validatePodOs(spec, field),
    ...(owner === 'pod' ? validateImages(spec, field) : []),
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
    const value = spec[name];
    return value === undefined ? [] : rule(value).map(problem => invalid(`${field}.${name}`, value, problem));
  });

function validateGates({ readinessGates = [], schedulingGates = [] }: PodSpec, field: string): readonly FieldError[] {
  const seen = new Set<string>();
  return [
    ...readinessGates.flatMap(({ conditionType }, index) =>
      qualifiedNameProblems(conditionType).map(problem =>
        invalid(`${field}.readinessGates[${index}].conditionType`, conditionType, problem),
      ),
    ),
    ...schedulingGates.flatMap(({ name }, index) => {
      const path = `${field}.schedulingGates[${index}]`;
      const errors = qualifiedNameProblems(name).map(problem => invalid(path, name, problem));
      if (seen.has(name)) errors.push({ type: 'FieldValueDuplicate', field: path, value: name, detail: '' });
      seen.add(name);
      return errors;
    }),
  ];
}

const validateHostAliases = ({ hostAliases = [] }: PodSpec, field: string): readonly FieldError[] =>
  hostAliases.flatMap(({ ip, hostnames = [] }, index) => [
    ...ipProblems(ip).map(problem => invalid(`${field}[${index}].ip`, ip, problem)),
    ...hostnames.flatMap((hostname, at) =>
      subdomainProblems(hostname).map(problem => invalid(`${field}[${index}].hostnames[${at}]`, hostname, problem)),
    ),
  ]);

/** Templates may hold an image that something else completes; pods may not. */
const validateImages = (spec: PodSpec, field: string): readonly FieldError[] =>
  placedAfter(
    field,
    (['containers', 'initContainers', 'ephemeralContainers'] as const).flatMap(list =>
      (spec[list] ?? []).flatMap(({ image = '' }, index) =>
        image === image.trim()
          ? []
          : [invalid(`${field}.${list}[${index}].image`, image, 'must not have leading or trailing whitespace')],
      ),
    ),
  );

/** What only a new pod may not have yet. */
export function validateNewPodSpec(
  { ephemeralContainers = [], nodeName, schedulingGates = [] }: PodSpec,
  field: string,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (ephemeralContainers.length > 0) {
    errors.push(forbidden(`${field}.ephemeralContainers`, 'cannot be set on create'));
  }
  if (nodeName !== undefined && schedulingGates.length > 0) {
    errors.push(forbidden(`${field}.nodeName`, 'cannot be set until all schedulingGates have been cleared'));
  }
  return errors;
}
