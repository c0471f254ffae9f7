import type { ResourceQuota } from '../kinds/core/v1/resource-quota.ts';
import {
  amountsOf,
  exceeding,
  growth,
  listOf,
  NOTHING,
  ofNames,
  printAmounts,
  sumOf,
  withoutZeros,
  type Amounts,
} from './amounts.ts';
import type { CountedWrite, Evaluator } from './evaluators/evaluator.ts';
import { isWithinScopes } from './scopes.ts';

/** What is to become of a write: refused in words, or let pass with the quotas as they are then to be. */
export type Judgement = { readonly refusal: string } | { readonly quotas: readonly ResourceQuota[] };

/** A write against all quotas of its namespace; what does not change is answered as it was given. */
export function judgeWrite(
  write: CountedWrite,
  evaluator: Evaluator,
  quotas: readonly ResourceQuota[],
  nowMs: number,
): Judgement {
  const { object } = write;
  const concerned = quotas.filter(quota => isConcerned(quota, evaluator, object));
  for (const quota of concerned) {
    const refusal = lackOf(quota, evaluator, write);
    if (refusal !== undefined) return { refusal };
  }
  const usage = evaluator.usage(object, nowMs);
  const judged: ResourceQuota[] = [];
  for (const quota of quotas) {
    const more = concerned.includes(quota) ? addedTo(quota, evaluator, write, usage, nowMs) : NOTHING;
    const charged = more.size === 0 ? quota : charge(quota, more, write);
    if (typeof charged === 'string') return { refusal: charged };
    judged.push(charged);
  }
  return { quotas: judged };
}

const hardOf = ({ status }: ResourceQuota): Amounts => amountsOf(status.hard);
const usedOf = ({ status }: ResourceQuota): Amounts => amountsOf(status.used);

const isConcerned = (quota: ResourceQuota, evaluator: Evaluator, object: CountedWrite['object']): boolean =>
  [...hardOf(quota).keys()].some(name => evaluator.counts(name)) && isWithinScopes(quota.spec, evaluator, object);

/** Nothing is let pass that cannot be counted. */
function lackOf(quota: ResourceQuota, evaluator: Evaluator, { object }: CountedWrite): string | undefined {
  const names = [...hardOf(quota).keys()].filter(name => evaluator.counts(name)).sort();
  const problem = evaluator.lacks?.(new Set(names), object);
  if (problem !== undefined) return `failed quota: ${quota.metadata.name}: ${problem}`;
  const used = usedOf(quota);
  if (names.every(name => used.has(name))) return undefined;
  return `status unknown for quota: ${quota.metadata.name}, resources: ${names.join(',')}`;
}

/** What a write adds to what a quota counts: an object that was counted before adds what it has grown by. */
function addedTo(
  quota: ResourceQuota,
  evaluator: Evaluator,
  { operation, oldObject }: CountedWrite,
  usage: Amounts,
  nowMs: number,
): Amounts {
  const wasCounted = operation === 'UPDATE' && oldObject !== undefined && isConcerned(quota, evaluator, oldObject);
  const more = wasCounted ? growth(usage, evaluator.usage(oldObject, nowMs)) : usage;
  return ofNames(withoutZeros(more), new Set(hardOf(quota).keys()));
}

/** The quota with `more` in use, or why there may not be. A status tells what is: it is not held to limits. */
function charge(quota: ResourceQuota, more: Amounts, { subresource }: CountedWrite): ResourceQuota | string {
  const [hard, used] = [hardOf(quota), usedOf(quota)];
  const next = sumOf(used, more);
  const names = exceeding(ofNames(next, new Set(more.keys())), hard);
  if (subresource === 'status' || names.size === 0) {
    return { ...quota, status: { ...quota.status, used: listOf(next) } };
  }
  const [requested, before, limited] = [more, used, hard].map(amounts => printAmounts(ofNames(amounts, names)));
  return `exceeded quota: ${quota.metadata.name}, requested: ${requested}, used: ${before}, limited: ${limited}`;
}
