import type { Client } from '../../src/api/client.ts';
import { forbiddenError, isStatusError, StatusError } from '../../src/api/status-error.ts';
import { messageOf } from '../../src/base/message-of.ts';
import { TurnsByKey } from '../../src/base/turns-by-key.ts';
import { withinDeadline } from '../../src/base/within-deadline.ts';
import type { World } from '../../src/base/world.ts';
import { ResourceQuota } from '../kinds/core/v1/resource-quota.ts';
import type { AdmissionRequest } from '../apiserver/contract.ts';
import type { CountedWrite, Evaluator } from './evaluators/evaluator.ts';
import { judgeWrite } from './judge-write.ts';
import { CHARGE_DEADLINE_MS, CHARGE_RETRIES } from './limits.ts';
import type { NewestQuotas } from './newest-quotas.ts';

export interface QuotaDeskOptions {
  readonly quotas: NewestQuotas;
  readonly client: Client;
  readonly world: World;
  /** A write was let pass and is charged; said before anybody else has a turn. */
  charged(this: void, request: AdmissionRequest): void;
  /** Something may have been charged in this namespace that never comes to be. */
  overcharged(this: void, namespace: string): void;
}

interface Waiter {
  readonly request: AdmissionRequest;
  readonly write: CountedWrite;
  readonly evaluator: Evaluator;
  readonly outcome: PromiseWithResolvers<void>;
  /** Nobody waits for the outcome any more. */
  hasLeft: boolean;
}

/**
 * Where writes are charged to the quotas of their namespace: one turn at a time in each, those who wait together, by
 * compare-and-swap on the status. There are no more waiting than requests in flight.
 */
export class QuotaDesk {
  readonly #options: QuotaDeskOptions;
  readonly #turns = new TurnsByKey();
  readonly #lines = new Map<string, Waiter[]>();

  constructor(options: QuotaDeskOptions) {
    this.#options = options;
  }

  /** Rejects with `StatusError` where a quota forbids the write. */
  async charge(request: AdmissionRequest, write: CountedWrite, evaluator: Evaluator): Promise<void> {
    const { namespace } = request;
    const waiter: Waiter = { request, write, evaluator, outcome: Promise.withResolvers(), hasLeft: false };
    const line = this.#lines.get(namespace);
    if (line === undefined) {
      this.#lines.set(namespace, [waiter]);
      void this.#turns.take(namespace, () => this.#serve(namespace));
    } else line.push(waiter);
    try {
      await withinDeadline(this.#options.world.timers, CHARGE_DEADLINE_MS, LATE, waiter.outcome.promise);
    } catch (error) {
      waiter.hasLeft = true;
      if (error instanceof StatusError) throw error;
      const message = messageOf(error);
      throw new StatusError('InternalError', `Internal error occurred: ${message}`, {
        details: { causes: [{ message }] },
        cause: error,
      });
    }
  }

  /** Work on the quotas of a namespace while nothing is being charged there. */
  inTurn<T>(namespace: string, work: () => Promise<T>): Promise<T> {
    return this.#turns.take(namespace, work);
  }

  async #serve(namespace: string): Promise<void> {
    const waiting = (this.#lines.get(namespace) ?? []).filter(({ hasLeft }) => !hasLeft);
    this.#lines.delete(namespace);
    try {
      await this.#judge(waiting, this.#options.quotas.of(namespace), CHARGE_RETRIES);
    } catch (error) {
      for (const { outcome } of waiting) outcome.reject(error);
    }
  }

  async #judge(waiting: readonly Waiter[], before: readonly ResourceQuota[], retries: number): Promise<void> {
    let after = before;
    const charged: Waiter[] = [];
    for (const waiter of waiting) {
      const { request, write, evaluator, outcome } = waiter;
      const judgement = judgeWrite(write, evaluator, after, this.#options.world.clock.now());
      if ('refusal' in judgement) {
        outcome.reject(forbiddenError(request.resource, write.object.metadata.name, judgement.refusal));
        if (retries < CHARGE_RETRIES) this.#options.overcharged(request.namespace);
      } else if (request.dryRun || isSame(judgement.quotas, after)) this.#letPass(waiter, retries < CHARGE_RETRIES);
      else {
        charged.push(waiter);
        after = judgement.quotas;
      }
    }
    const failed = await this.#write(after.filter((quota, index) => quota !== before[index]));
    if (failed.size === 0) for (const waiter of charged) this.#letPass(waiter, true);
    else await this.#again(charged, failed, retries);
  }

  /** What could not be written was written by others: only that is judged anew, the rest is charged. */
  async #again(charged: readonly Waiter[], failed: ReadonlyMap<string, unknown>, retries: number): Promise<void> {
    const namespace = charged[0]?.request.namespace ?? '';
    if (retries === 0) {
      this.#options.overcharged(namespace);
      const [error] = failed.values();
      for (const { outcome } of charged) outcome.reject(error);
      return;
    }
    const newest: ResourceQuota[] = [];
    for (const name of failed.keys()) {
      const quota = await this.#live(namespace, name);
      if (quota !== undefined) newest.push(quota);
    }
    await this.#judge(charged, newest, retries - 1);
  }

  async #live(namespace: string, name: string): Promise<ResourceQuota | undefined> {
    try {
      const quota = await this.#options.client.get(ResourceQuota, { namespace, name });
      this.#options.quotas.wrote(quota);
      return quota;
    } catch (error) {
      if (isStatusError(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  /** Answers by name what was not written, with the reason. */
  async #write(changed: readonly ResourceQuota[]): Promise<ReadonlyMap<string, unknown>> {
    const failed = new Map<string, unknown>();
    for (const quota of changed) {
      try {
        this.#options.quotas.wrote(await this.#options.client.updateStatus(ResourceQuota, quota));
      } catch (error) {
        failed.set(quota.metadata.name, error);
      }
    }
    return failed;
  }

  #letPass({ request, outcome, hasLeft }: Waiter, isCharged: boolean): void {
    if (isCharged && hasLeft) this.#options.overcharged(request.namespace);
    else if (isCharged && !request.dryRun) this.#options.charged(request);
    outcome.resolve();
  }
}

const LATE = 'resource quota evaluation timed out';

const isSame = (a: readonly ResourceQuota[], b: readonly ResourceQuota[]): boolean =>
  a.length === b.length && a.every((quota, index) => quota === b[index]);
