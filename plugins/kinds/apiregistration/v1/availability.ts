import { timeOf } from '../../../../src/base/timestamp.ts';
import type { ApiServiceCondition, ApiServiceStatus } from './api-service-spec.ts';

/** What a controller finds out of an API: all of a condition but when it changed. */
export type Availability = Required<Pick<ApiServiceCondition, 'status' | 'reason' | 'message'>>;

/** Of an API that this server answers itself. */
export const LOCAL: Availability = {
  status: 'True',
  reason: 'Local',
  message: 'Local APIServices are always available',
};

export const isAvailable = ({ status }: { readonly status: ApiServiceStatus }): boolean =>
  status.conditions?.some(each => each.type === 'Available' && each.status === 'True') === true;

/** `status` saying this of its availability; the time of its transition moves only with the condition's status. */
export function withAvailability(status: ApiServiceStatus, next: Availability, nowMs: number): ApiServiceStatus {
  const conditions = status.conditions ?? [];
  const before = conditions.find(({ type }) => type === 'Available');
  const isSame = before?.status === next.status;
  const told = {
    type: 'Available',
    ...next,
    lastTransitionTime: isSame ? (before.lastTransitionTime ?? null) : timeOf(nowMs),
  };
  const all = before === undefined ? [...conditions, told] : conditions.map(each => (each === before ? told : each));
  return { ...status, conditions: all };
}
