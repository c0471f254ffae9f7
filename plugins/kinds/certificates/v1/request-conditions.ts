import { timeOf } from '../../../../src/base/timestamp.ts';
import type { CertificateSigningRequestCondition as Condition } from './certificate-signing-request-status.ts';
import type { RequestObject } from './validate-request.ts';

/** Times that were left out are said by the server: a status that stays keeps the time at which it became so. */
export function withConditionTimes<R extends RequestObject>(request: R, old: R, nowMs: number): R {
  const { conditions } = request.status;
  if (conditions === undefined) return request;
  const now = timeOf(nowMs);
  const timed = conditions.map((condition): Condition => {
    const before = (old.status.conditions ?? []).find(
      ({ type, status, lastTransitionTime }) =>
        type === condition.type && status === condition.status && isSaid(lastTransitionTime),
    );
    return {
      ...condition,
      lastUpdateTime: isSaid(condition.lastUpdateTime) ? condition.lastUpdateTime : now,
      lastTransitionTime: isSaid(condition.lastTransitionTime)
        ? condition.lastTransitionTime
        : (before?.lastTransitionTime ?? now),
    };
  });
  return { ...request, status: { ...request.status, conditions: timed } };
}

const isSaid = (time: string | null | undefined): time is string => typeof time === 'string' && time !== '';

/** Decisions as they are stored, where the signer sends as many back; validation refuses what else it makes of them. */
export function withDecisionsOf<R extends RequestObject>(request: R, old: R): R {
  const { conditions } = request.status;
  if (conditions === undefined) return request;
  const kept = conditions.map(condition => {
    const isDecision = condition.type === 'Approved' || condition.type === 'Denied';
    const before = (old.status.conditions ?? []).find(({ type }) => type === condition.type);
    return isDecision && before !== undefined ? before : condition;
  });
  return { ...request, status: { ...request.status, conditions: kept } };
}
