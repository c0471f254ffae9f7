import { forbiddenError } from '../../src/api/status-error.ts';
import { must } from '../../src/base/must.ts';
import type { Authorization } from '../apiserver/contract.ts';
import { RequestEvaluation, type Condition } from './evaluate-request.ts';
import type { Hook } from './hook.ts';
import { CONDITIONS_BUDGET } from './limits.ts';
import type { Reviewed } from './review-request.ts';

/**
 * Whether a request meets all conditions of a webhook. One that does not hold decides; where some cannot be told, the
 * webhook's failure policy does: the request is refused by `StatusError` Forbidden, or the webhook not asked.
 */
export async function meetsConditions(
  { webhook, conditions }: Hook,
  reviewed: Reviewed,
  authorization: Authorization,
): Promise<boolean> {
  if (conditions.length === 0) return true;
  const evaluation = new RequestEvaluation(reviewed, authorization, CONDITIONS_BUDGET);
  const outcome = await metAll(evaluation, conditions);
  if (typeof outcome === 'boolean') return outcome;
  if (webhook.failurePolicy === 'Ignore') return false;
  const { resource, name } = reviewed.request;
  throw forbiddenError(resource, name, outcome.problem);
}

/** Whether all hold, or why that cannot be told. */
export async function metAll(
  evaluation: RequestEvaluation,
  conditions: readonly Condition[],
): Promise<boolean | { readonly problem: string }> {
  const problems: string[] = [];
  for (const condition of conditions) {
    const outcome = await evaluation.evaluate(condition);
    if (!outcome.ok) problems.push(outcome.message);
    else if (outcome.value !== true) return false;
  }
  if (problems.length === 0) return true;
  return { problem: problems.length === 1 ? must(problems[0], 'one') : `[${problems.join(', ')}]` };
}
