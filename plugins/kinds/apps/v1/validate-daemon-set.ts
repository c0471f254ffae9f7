import { invalid, notSupported, placed, required, type FieldError } from '../../../../src/api/field-error.ts';
import { labelMatcher, validateLabelSelector } from '../../../../src/api/label-selector.ts';
import { validateOwnedTemplate } from '../../core/v1/validate-pod-template.ts';
import type { DaemonSetSpec, DaemonSetStatus, DaemonSetUpdateStrategy } from './daemon-set-spec.ts';
import { amountErrors, amountOf, percentErrors } from './validate-amount.ts';
import { validateSelectorUpdate } from './validate-deployment.ts';

interface DaemonSetLike {
  readonly spec: DaemonSetSpec;
}

/** A selector that cannot be read leaves nothing to say of the labels it should find. */
export function validateDaemonSet({ spec }: DaemonSetLike, old?: DaemonSetLike): readonly FieldError[] {
  const { selector, template, updateStrategy } = spec;
  const field = 'spec.selector';
  const problems = validateLabelSelector(selector, field);
  const matcher = problems.length === 0 ? labelMatcher(selector) : undefined;
  return [
    ...(old === undefined ? [] : validateSelectorUpdate({ spec }, old)),
    ...placed(field, problems),
    ...(matcher?.everything === true ? [invalid(field, selector, 'empty selector is invalid for daemonset')] : []),
    ...validateOwnedTemplate('DaemonSet', labels => matcher?.matches(labels) ?? true, template),
    ...placed('spec.updateStrategy', validateStrategy(updateStrategy)),
  ];
}

const STRATEGIES: readonly string[] = ['RollingUpdate', 'OnDelete'];

function validateStrategy({ type, rollingUpdate }: DaemonSetUpdateStrategy): readonly FieldError[] {
  const field = 'spec.updateStrategy.rollingUpdate';
  if (!STRATEGIES.includes(type)) {
    const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {};
    const printed = rollingUpdate === undefined ? null : { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge };
    return [notSupported('spec.updateStrategy', { Type: type, RollingUpdate: printed }, STRATEGIES)];
  }
  if (type === 'OnDelete') return [];
  if (rollingUpdate === undefined) return [required(field)];
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  const errors = [
    ...amountErrors(maxUnavailable, `${field}.maxUnavailable`),
    ...amountErrors(maxSurge, `${field}.maxSurge`),
    ...percentErrors(maxUnavailable, `${field}.maxUnavailable`),
    ...percentErrors(maxSurge, `${field}.maxSurge`),
  ];
  const isSurging = amountOf(maxSurge) !== 0;
  if ((amountOf(maxUnavailable) !== 0) !== isSurging) return errors;
  return isSurging
    ? [...errors, invalid(`${field}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero')]
    : [...errors, required(`${field}.maxUnavailable`, 'cannot be 0 when maxSurge is 0')];
}

/** Collisions of template hashes are counted for good. */
export function validateDaemonSetStatusUpdate(
  { status }: { readonly status: DaemonSetStatus },
  { status: old }: { readonly status: DaemonSetStatus },
): readonly FieldError[] {
  const { collisionCount = 0 } = status;
  if (collisionCount >= (old.collisionCount ?? 0)) return [];
  return [invalid('status.collisionCount', collisionCount, 'cannot be decremented')];
}
