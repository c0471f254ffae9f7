import { forbidden, invalid, notSupported, placed, type FieldError } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import type { DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment } from './deployment-spec.ts';
import { validateSelectedTemplate } from './validate-selected-template.ts';
import type { DeploymentStatus } from './deployment-status.ts';
import { validateReplicaCounts } from './validate-replica-counts.ts';
import { amountErrors, amountOf, percentErrors } from './validate-amount.ts';

interface DeploymentLike {
  readonly spec: DeploymentSpec;
}

export function validateDeployment({ spec }: DeploymentLike): readonly FieldError[] {
  const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = spec;
  return [
    ...validateSelectedTemplate(spec.selector, spec.template),
    ...placed('spec.strategy', validateStrategy(spec.strategy)),
    ...(deadline <= minReadySeconds
      ? [invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')]
      : []),
  ];
}

function validateStrategy({ type, rollingUpdate }: DeploymentStrategy): readonly FieldError[] {
  const field = 'spec.strategy.rollingUpdate';
  if (!STRATEGIES.includes(type)) {
    return [notSupported('spec.strategy', { Type: type, RollingUpdate: asGoPrints(rollingUpdate) }, STRATEGIES)];
  }
  if (rollingUpdate === undefined) return [];
  if (type === 'Recreate') return [forbidden(field, "may not be specified when strategy `type` is 'Recreate'")];
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  const errors = [
    ...amountErrors(maxUnavailable, `${field}.maxUnavailable`),
    ...amountErrors(maxSurge, `${field}.maxSurge`),
  ];
  if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0) {
    errors.push(invalid(`${field}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0'));
  }
  return [...errors, ...percentErrors(maxUnavailable, `${field}.maxUnavailable`)];
}

const STRATEGIES: readonly string[] = ['Recreate', 'RollingUpdate'];

/** In Go's own type, which has no names for JSON. */
const asGoPrints = (rolling: RollingUpdateDeployment | undefined): object | null =>
  rolling === undefined ? null : { MaxUnavailable: rolling.maxUnavailable ?? 0, MaxSurge: rolling.maxSurge ?? 0 };

/** Of deployments and replica sets alike: what they own is settled when they are made. */
export const validateSelectorUpdate = (next: Selecting, old: Selecting): readonly FieldError[] =>
  isDeepEqual(next.spec.selector, old.spec.selector)
    ? []
    : [invalid('spec.selector', next.spec.selector, 'field is immutable')];
interface Selecting {
  readonly spec: { readonly selector: unknown };
}

/** Collisions of template hashes are counted for good. */
export function validateDeploymentStatusUpdate(
  { status }: { readonly status: DeploymentStatus },
  { status: old }: { readonly status: DeploymentStatus },
): readonly FieldError[] {
  const { collisionCount = 0 } = status;
  return [
    ...validateReplicaCounts(status, ['updatedReplicas']),
    ...(collisionCount < (old.collisionCount ?? 0)
      ? [invalid('status.collisionCount', collisionCount, 'cannot be decremented')]
      : []),
  ];
}
