import { claimEvaluator } from './claim-evaluator.ts';
import { countEvaluator } from './count-evaluator.ts';
import { deviceClaimEvaluator } from './device-claim-evaluator.ts';
import type { Evaluator } from './evaluator.ts';
import { podEvaluator } from './pod-evaluator.ts';
import { serviceEvaluator } from './service-evaluator.ts';

/** Kinds of which more is counted than how many there are. */
export const SPECIAL_EVALUATORS: readonly Evaluator[] = [
  podEvaluator,
  serviceEvaluator,
  claimEvaluator,
  deviceClaimEvaluator,
];

/** Reviews and bindings are not kept, and events are counted by nobody. */
const IGNORED: ReadonlySet<string> = new Set(['bindings', 'events', 'events.events.k8s.io', 'componentstatuses']);
const SPECIAL = new Map(SPECIAL_EVALUATORS.map(evaluator => [evaluator.resource, evaluator]));

/** How objects of a kind are counted, named by plural and group; `undefined` where they are not. */
export const evaluatorOf = (resource: string): Evaluator | undefined =>
  IGNORED.has(resource) ? undefined : (SPECIAL.get(resource) ?? countEvaluator(resource));
