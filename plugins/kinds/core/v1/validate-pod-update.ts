import { forbidden, invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import type { Container } from './container.ts';
import { differenceOf } from './difference-of.ts';
import type { PodObject } from './pod-object.ts';
import { podSpec, type PodSpec } from './pod-spec.ts';
import type { Toleration } from './toleration.ts';
import { validateChoice, withChoiceOf } from './validate-node-choice.ts';

const CHANGEABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

/** A pod's spec is fixed but for images, its deadline, further tolerations and gates that open. */
export function validatePodUpdate({ spec }: PodObject, { spec: old }: PodObject): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const list of ['containers', 'initContainers'] as const) {
    const field = `spec.${list}`;
    const containers = spec[list] ?? [];
    if (containers.length !== (old[list] ?? []).length) {
      return [...errors, forbidden(field, 'pod updates may not add or remove containers')];
    }
    errors.push(...imageErrors(containers, field));
  }
  if (isLater(spec.activeDeadlineSeconds, old.activeDeadlineSeconds)) {
    const detail = 'must be less than or equal to previous value';
    return [...errors, invalid('spec.activeDeadlineSeconds', spec.activeDeadlineSeconds, detail)];
  }
  if (spec.activeDeadlineSeconds === undefined && old.activeDeadlineSeconds !== undefined) {
    const detail = 'must not update from a positive integer to nil value';
    errors.push(invalid('spec.activeDeadlineSeconds', null, detail));
  }
  errors.push(...onlyAdded(spec.tolerations ?? [], old.tolerations ?? []), ...validateGates(spec, old));
  if (isGated(old)) errors.push(...validateChoice(spec, old));
  const munged = withChangesOf(spec, old);
  if (isDeepEqual(munged, old)) return errors;
  const detail = `pod updates may not change fields other than ${CHANGEABLE}\n${differenceOf(podSpec, old, munged)}`;
  errors.push(forbidden('spec', detail));
  return errors;
}

const isGated = ({ schedulingGates = [] }: PodSpec): boolean => schedulingGates.length > 0;

const isLater = (next: number | undefined, old: number | undefined): boolean =>
  next !== undefined && old !== undefined && next > old;

const imageErrors = (containers: readonly Container[], field: string): readonly FieldError[] =>
  containers.flatMap(({ image = '' }, index) => {
    const path = `${field}[${index}].image`;
    if (image === '') return [required(path)];
    return image === image.trim() ? [] : [invalid(path, image, 'must not have leading or trailing whitespace')];
  });

/** The spec with everything that may change taken from `old`. */
function withChangesOf(spec: PodSpec, old: PodSpec): PodSpec {
  const withImages = (containers: readonly Container[], before: readonly Container[]): readonly Container[] =>
    containers.map(({ image: _image, ...container }, index) => {
      const image = before[index]?.image;
      return { ...container, ...(image === undefined ? {} : { image }) };
    });
  const {
    activeDeadlineSeconds: _deadline,
    tolerations: _tolerations,
    schedulingGates: _gates,
    ...rest
  } = isGated(old) ? withChoiceOf(spec, old) : spec;
  const { activeDeadlineSeconds, tolerations, schedulingGates } = old;
  const grace =
    old.terminationGracePeriodSeconds < 0 && spec.terminationGracePeriodSeconds === 1
      ? old.terminationGracePeriodSeconds
      : spec.terminationGracePeriodSeconds;
  return {
    ...rest,
    ...(activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds }),
    ...(tolerations === undefined ? {} : { tolerations }),
    ...(schedulingGates === undefined ? {} : { schedulingGates }),
    terminationGracePeriodSeconds: grace,
    containers: withImages(spec.containers, old.containers),
    ...(spec.initContainers === undefined
      ? {}
      : { initContainers: withImages(spec.initContainers, old.initContainers ?? []) }),
  };
}

function validateGates(
  { schedulingGates: next = [] }: PodSpec,
  { schedulingGates: old = [] }: PodSpec,
): readonly FieldError[] {
  const before = new Set(old.map(({ name }) => name));
  return next.flatMap(({ name }, index) =>
    before.has(name)
      ? []
      : [
          forbidden(
            `spec.schedulingGates[${index}].name`,
            `only deletion is allowed, but found new scheduling gate '${name}'`,
          ),
        ],
  );
}

function onlyAdded(tolerations: readonly Toleration[], old: readonly Toleration[]): readonly FieldError[] {
  const timeless = ({ tolerationSeconds: _seconds, ...rest }: Toleration): object => rest;
  const isKept = old.every(before => tolerations.some(next => isDeepEqual(timeless(next), timeless(before))));
  const detail = 'existing toleration can not be modified except its tolerationSeconds';
  return isKept ? [] : [forbidden('spec.tolerations', detail)];
}
