import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Authorization } from '../../apiserver/contract.ts';
import { RequestEvaluation } from '../evaluate-request.ts';
import { CONDITIONS_BUDGET } from '../limits.ts';
import { metAll } from '../meets-conditions.ts';
import type { Reviewed } from '../review-request.ts';
import type { ReadPolicy } from './policy.ts';

/** Whether a request meets the conditions of a policy, or why that cannot be told, where that is not passed over. */
export async function meetsPolicy(
  { policy, conditions, variables }: ReadPolicy,
  reviewed: Reviewed,
  authorization: Authorization,
  params: AnyObject | null,
): Promise<boolean | { readonly problem: string }> {
  if (conditions.length === 0) return true;
  const evaluation = new RequestEvaluation(reviewed, authorization, CONDITIONS_BUDGET, { params, variables });
  const met = await metAll(evaluation, conditions);
  return typeof met === 'boolean' || policy.spec.failurePolicy !== 'Ignore' ? met : false;
}
