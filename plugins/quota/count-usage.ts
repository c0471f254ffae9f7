import type { AnyObject } from '../../src/api/object-meta.ts';
import type { ResourceQuotaSpec } from '../kinds/core/v1/resource-quota-spec.ts';
import { amountsOf, ofNames, sumOf, ZERO, type Amounts } from './amounts.ts';
import type { Evaluator } from './evaluators/evaluator.ts';
import { isWithinScopes } from './scopes.ts';

/** Objects of one kind in the namespace, and how they are counted. */
export interface CountedKind {
  readonly evaluator: Evaluator;
  readonly objects: Iterable<AnyObject>;
}

/** What is in use of what a quota limits; what none of the kinds counts is left out. */
export function countUsage(spec: ResourceQuotaSpec, kinds: readonly CountedKind[], nowMs: number): Amounts {
  const names = [...amountsOf(spec.hard).keys()].filter(name => kinds.some(({ evaluator }) => evaluator.counts(name)));
  let used: Amounts = new Map(names.map(name => [name, ZERO]));
  for (const { evaluator, objects } of kinds) {
    if (!names.some(name => evaluator.counts(name))) continue;
    for (const object of objects) {
      if (isWithinScopes(spec, evaluator, object)) used = sumOf(used, evaluator.usage(object, nowMs));
    }
  }
  return ofNames(used, new Set(names));
}
