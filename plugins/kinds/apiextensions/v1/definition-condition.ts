import { timeOf } from '../../../../src/base/timestamp.ts';
import type {
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionStatus,
} from './custom-resource-definition-spec.ts';

/** Held by a definition that is being deleted until no object of it is left. */
export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

type Status = Pick<CustomResourceDefinitionStatus, 'conditions'>;

export const conditionIs = ({ conditions }: Status, type: string, status: 'True' | 'False' = 'True'): boolean =>
  conditions?.some(condition => condition.type === type && condition.status === status) === true;

/** `status` saying this of one aspect; the time of its transition moves only with the aspect's status. */
export function withCondition<S extends Status>(status: S, next: CustomResourceDefinitionCondition, nowMs: number): S {
  const conditions = status.conditions ?? [];
  const before = conditions.find(({ type }) => type === next.type);
  if (
    before !== undefined &&
    before.status === next.status &&
    before.reason === next.reason &&
    before.message === next.message
  ) {
    return status;
  }
  const isSame = before?.status === next.status && before.lastTransitionTime !== undefined;
  const told = { ...next, lastTransitionTime: isSame ? before.lastTransitionTime : timeOf(nowMs) };
  const all = before === undefined ? [...conditions, told] : conditions.map(each => (each === before ? told : each));
  return { ...status, conditions: all };
}
