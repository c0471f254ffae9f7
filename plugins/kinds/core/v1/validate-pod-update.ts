import { forbidden, invalid, type FieldError } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import type { Container } from './container.ts';
import type { PodObject } from './pod-object.ts';
import type { PodSpec } from './pod-spec.ts';
import type { Toleration } from './toleration.ts';

const CHANGEABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

/** A pod's spec is fixed but for images, its deadline, further tolerations and gates that open. */
export function validatePodUpdate({ spec }: PodObject, { spec: old }: PodObject): readonly FieldError[] {
  const counts = [
    ...sameCount(spec.containers, old.containers, 'containers'),
    ...sameCount(spec.initContainers, old.initContainers, 'initContainers'),
  ];
  if (counts.length > 0) return counts;
  const errors: FieldError[] = [
    ...validateDeadline(spec, old),
    ...validateGates(spec, old),
    ...onlyAdded(spec.tolerations ?? [], old.tolerations ?? []),
  ];
  const isFirm = isDeepEqual(fixedPart(spec, old), fixedPart(old, old));
  if (isFirm) return errors;
  const changed = Object.keys({ ...spec, ...old }).filter(
    name => !isDeepEqual(own(fixedPart(spec, old), name), own(fixedPart(old, old), name)),
  );
  const difference = changed.map(
    name => `  ${name}: ${JSON.stringify(own(old, name))} -> ${JSON.stringify(own(spec, name))}`,
  );
  errors.push(
    forbidden('spec', `pod updates may not change fields other than ${CHANGEABLE}\n${difference.join('\n')}\n`),
  );
  return errors;
}

const own = (spec: object, name: string): unknown => Object.entries(spec).find(([key]) => key === name)?.[1];

function sameCount(
  containers: readonly Container[] = [],
  old: readonly Container[] = [],
  name: string,
): readonly FieldError[] {
  return containers.length === old.length
    ? []
    : [forbidden(`spec.${name}`, 'pod updates may not add or remove containers')];
}

/** The spec with everything that may change taken from `old`. */
function fixedPart(spec: PodSpec, old: PodSpec): PodSpec {
  const withImages = (containers: readonly Container[], before: readonly Container[]): readonly Container[] =>
    containers.map((container, index) => ({ ...container, image: before[index]?.image ?? '' }));
  const { activeDeadlineSeconds: _deadline, tolerations: _tolerations, schedulingGates: _gates, ...rest } = spec;
  const isGated = (old.schedulingGates ?? []).length > 0;
  const grace =
    old.terminationGracePeriodSeconds < 0 && spec.terminationGracePeriodSeconds === 1
      ? old.terminationGracePeriodSeconds
      : spec.terminationGracePeriodSeconds;
  return {
    ...rest,
    ...(isGated && isWider(spec.nodeSelector, old.nodeSelector) ? { nodeSelector: old.nodeSelector ?? {} } : {}),
    terminationGracePeriodSeconds: grace,
    containers: withImages(spec.containers, old.containers),
    ...(spec.initContainers === undefined
      ? {}
      : { initContainers: withImages(spec.initContainers, old.initContainers ?? []) }),
  };
}

/** Before it is scheduled, a pod may become choosier, not less so. */
const isWider = (selector: PodSpec['nodeSelector'] = {}, old: PodSpec['nodeSelector'] = {}): boolean =>
  Object.entries(old).every(([key, value]) => selector[key] === value);

function validateDeadline(
  { activeDeadlineSeconds: next }: PodSpec,
  { activeDeadlineSeconds: old }: PodSpec,
): readonly FieldError[] {
  const field = 'spec.activeDeadlineSeconds';
  if (next === undefined) {
    return old === undefined ? [] : [invalid(field, null, 'must not update from a positive integer to nil value')];
  }
  return old !== undefined && next > old ? [invalid(field, next, 'must be less than or equal to previous value')] : [];
}

function validateGates(
  { schedulingGates: next = [] }: PodSpec,
  { schedulingGates: old = [] }: PodSpec,
): readonly FieldError[] {
  const before = new Set(old.map(({ name }) => name));
  const added = next.map(({ name }) => name).filter(name => !before.has(name));
  const detail = `only deletion is allowed, but found new scheduling gates '${added.join("', '")}'`;
  return added.length === 0 ? [] : [forbidden('spec.schedulingGates', detail)];
}

function onlyAdded(tolerations: readonly Toleration[], old: readonly Toleration[]): readonly FieldError[] {
  const timeless = ({ tolerationSeconds: _seconds, ...rest }: Toleration): object => rest;
  const isKept = old.every(before => tolerations.some(next => isDeepEqual(timeless(next), timeless(before))));
  const detail = 'existing toleration can not be modified except its tolerationSeconds';
  return isKept ? [] : [forbidden('spec.tolerations', detail)];
}
