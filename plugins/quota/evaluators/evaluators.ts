import { claimEvaluator } from './claim-evaluator.ts';
import { countEvaluator } from './count-evaluator.ts';
import { deviceClaimEvaluator, type DeviceFacts } from './device-claim-evaluator.ts';
import type { Evaluator } from './evaluator.ts';
import { podEvaluator } from './pod-evaluator.ts';
import { serviceEvaluator } from './service-evaluator.ts';

/** Reviews and bindings are not kept, and events are counted by nobody. */
const IGNORED: ReadonlySet<string> = new Set(['bindings', 'events', 'events.events.k8s.io', 'componentstatuses']);

/** How the objects of each kind are counted. */
export class Evaluators {
  /** Of kinds of which more is counted than how many there are. */
  readonly special: readonly Evaluator[];
  readonly #special: ReadonlyMap<string, Evaluator>;

  constructor(devices: DeviceFacts) {
    this.special = [podEvaluator, serviceEvaluator, claimEvaluator, deviceClaimEvaluator(devices)];
    this.#special = new Map(this.special.map(evaluator => [evaluator.resource, evaluator]));
  }

  /** Of a kind named by plural and group; `undefined` where its objects are not counted. */
  of(resource: string): Evaluator | undefined {
    return IGNORED.has(resource) ? undefined : (this.#special.get(resource) ?? countEvaluator(resource));
  }
}
