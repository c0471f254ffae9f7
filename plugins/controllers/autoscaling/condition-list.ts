import { timeOf } from '../../../src/base/timestamp.ts';
import type { AutoscalerCondition } from '../../kinds/autoscaling/v2/horizontal-pod-autoscaler-spec.ts';

export type AutoscalerConditionType = 'AbleToScale' | 'ScalingActive' | 'ScalingLimited';

/** Conditions while one pass finds out about them, in the order in which they were found first. */
export class ConditionList {
  #list: readonly AutoscalerCondition[];
  readonly #nowMs: number;

  constructor(list: readonly AutoscalerCondition[], nowMs: number) {
    this.#list = list;
    this.#nowMs = nowMs;
  }

  get all(): readonly AutoscalerCondition[] {
    return this.#list;
  }

  /** The time of a transition moves with the status only. */
  set(type: AutoscalerConditionType, status: 'True' | 'False', reason: string, message: string): void {
    const before = this.#list.find(each => each.type === type);
    const isSame = before?.status === status;
    const at = isSame ? (before.lastTransitionTime ?? null) : timeOf(this.#nowMs);
    const next = { type, status, lastTransitionTime: at, reason, message };
    this.#list = before === undefined ? [...this.#list, next] : this.#list.map(each => (each === before ? next : each));
  }
}
