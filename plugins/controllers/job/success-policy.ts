import type { SuccessPolicy } from '../../kinds/batch/v1/job-policies.ts';
import { countIn, countShared, parseIndexes, type IndexIntervals } from './index-intervals.ts';

/** Which rule the indexes that have succeeded meet, as it is told to people; `undefined` where they meet none. */
export function metSuccessPolicyRule(
  policy: SuccessPolicy | undefined,
  completions: number,
  succeeded: IndexIntervals,
): string | undefined {
  if (succeeded.length === 0) return undefined;
  const index = (policy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeededCount !== undefined && countIn(succeeded) >= succeededCount;
    const required = parseIndexes(succeededIndexes, completions);
    if (required.length === 0) return false;
    const met = countShared(required, succeeded);
    return met === countIn(required) || (succeededCount !== undefined && met >= succeededCount);
  });
  return index < 0 ? undefined : `Matched rules at index ${index}`;
}
