import { forbidden, invalid, placed, placedAfter, required, type FieldError } from '../../../../src/api/field-error.ts';
import { labelMatcher, validateLabelSelector } from '../../../../src/api/label-selector.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import type { PodTemplateSpec } from '../../core/v1/pod-template-spec.ts';
import { validateClaimSpec } from '../../core/v1/validate-claim-spec.ts';
import { validateOwnedTemplate } from '../../core/v1/validate-pod-template.ts';
import type { StatefulSetSpec, StatefulSetStatus, StatefulSetUpdateStrategy } from './stateful-set-spec.ts';

interface StatefulSetLike {
  readonly spec: StatefulSetSpec;
}

/** What cannot be changed later is not judged again. */
export function validateStatefulSet({ spec }: StatefulSetLike, old?: StatefulSetLike): readonly FieldError[] {
  const { podManagementPolicy, updateStrategy, volumeClaimTemplates = [], serviceName } = spec;
  const errors: FieldError[] = [];
  if (podManagementPolicy !== 'OrderedReady' && podManagementPolicy !== 'Parallel') {
    errors.push(invalid('spec.podManagementPolicy', podManagementPolicy, "must be 'OrderedReady' or 'Parallel'"));
  }
  errors.push(...placed('spec.updateStrategy', strategyErrors(updateStrategy)));
  if (old === undefined) {
    const field = 'spec.volumeClaimTemplates';
    errors.push(
      ...volumeClaimTemplates.flatMap((claim, index) => validateClaimSpec(claim.spec, `${field}[${index}].spec`)),
      ...(serviceName === '' ? [] : dnsLabelProblems(serviceName)).map(problem =>
        invalid('spec.serviceName', serviceName, problem),
      ),
    );
  }
  return [...errors, ...templateErrors(spec)];
}

function strategyErrors({ type = 'RollingUpdate', rollingUpdate }: StatefulSetUpdateStrategy): readonly FieldError[] {
  const field = 'spec.updateStrategy';
  if (type === 'OnDelete') {
    if (rollingUpdate === undefined) return [];
    return [
      invalid(`${field}.rollingUpdate`, rolling(rollingUpdate), "only allowed for updateStrategy 'RollingUpdate'"),
    ];
  }
  if (type === 'RollingUpdate') return [];
  const printed = { Type: type, RollingUpdate: rollingUpdate === undefined ? null : rolling(rollingUpdate) };
  return [invalid(field, printed, "must be 'RollingUpdate' or 'OnDelete'")];
}

/** In Go's own type, which has no names for JSON. */
const rolling = (update: NonNullable<StatefulSetUpdateStrategy['rollingUpdate']>): object => ({
  Partition: update.partition,
  MaxUnavailable: update.maxUnavailable ?? null,
});

function templateErrors(spec: StatefulSetSpec): readonly FieldError[] {
  const { selector } = spec;
  const field = 'spec.selector';
  if (selector === undefined) {
    return [required(field), ...validateOwnedTemplate('StatefulSet', () => false, withClaims(spec))];
  }
  const problems = validateLabelSelector(selector, field);
  if (problems.length > 0) return placed(field, [...problems, invalid(field, selector, '')]);
  const matcher = labelMatcher(selector);
  return [
    ...(matcher.everything ? [invalid(field, selector, 'empty selector is invalid for statefulset')] : []),
    ...validateOwnedTemplate('StatefulSet', labels => matcher.matches(labels), withClaims(spec)),
  ];
}

/** The template as pods are made from it: named by the set, with a volume for each claim. */
function withClaims({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec {
  const { hostname: _hostname, subdomain: _subdomain, volumes = [], ...spec } = template.spec;
  const names = new Set(volumeClaimTemplates.map(({ metadata }) => metadata.name ?? ''));
  const claimed = [...names].map(name => ({ name, persistentVolumeClaim: { claimName: name } }));
  const others = volumes.filter(({ name }) => !names.has(name));
  const all = [...claimed, ...others];
  return { ...template, spec: { ...spec, ...(all.length === 0 ? {} : { volumes: all }) } };
}

const CHANGEABLE =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

export const validateStatefulSetUpdate = (
  { spec }: StatefulSetLike,
  { spec: old }: StatefulSetLike,
): readonly FieldError[] =>
  isDeepEqual(fixed(spec), fixed(old)) ? [] : placedAfter('spec', [forbidden('spec', CHANGEABLE)]);

function fixed(spec: StatefulSetSpec): unknown {
  const { replicas: _r, ordinals: _o, template: _t, updateStrategy: _u, revisionHistoryLimit: _h, ...rest } = spec;
  const { persistentVolumeClaimRetentionPolicy: _p, minReadySeconds: _m, ...others } = rest;
  return others;
}

const COUNTS = ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'] as const;

/** No count is negative, and none larger than what it counts of; collisions of hashes are counted for good. */
export function validateStatefulSetStatusUpdate(
  { status }: { readonly status: StatefulSetStatus },
  { status: old }: { readonly status: StatefulSetStatus },
): readonly FieldError[] {
  const { replicas, readyReplicas = 0, availableReplicas, collisionCount = 0 } = status;
  const count = (name: (typeof COUNTS)[number]): number => status[name] ?? 0;
  const tooMany = (name: string, value: number, whole: string): FieldError =>
    invalid(`status.${name}`, value, `cannot be greater than status.${whole}`);
  const named = { observedGeneration: status.observedGeneration ?? 0, collisionCount };
  return [
    ...[...COUNTS.map(name => [name, count(name)] as const), ...Object.entries(named)].flatMap(([name, value]) =>
      value < 0 ? [invalid(`status.${name}`, value, 'must be greater than or equal to 0')] : [],
    ),
    ...COUNTS.filter(name => count(name) > replicas).map(name => tooMany(name, count(name), 'replicas')),
    ...(availableReplicas > readyReplicas ? [tooMany('availableReplicas', availableReplicas, 'readyReplicas')] : []),
    ...(collisionCount < (old.collisionCount ?? 0)
      ? [invalid('status.collisionCount', collisionCount, 'cannot be decremented')]
      : []),
  ];
}
