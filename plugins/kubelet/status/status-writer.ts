import type { Client } from '../../../src/api/client.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { backoffMs } from '../../../src/base/backoff.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Cache } from '../../../src/sdk/caches.ts';
import { Pod as PodKind } from '../../kinds/core/v1/pod.ts';
import { API_RETRY_MAX_MS, API_RETRY_MIN_MS } from '../limits.ts';
import type { Pod, PodStatus } from '../pod.ts';
import type { Slots } from '../worker/slots.ts';
import { statusPatch } from './status-patch.ts';

export interface StatusWriterDeps {
  readonly client: Client;
  readonly pods: Cache<Pod>;
  readonly world: Pick<World, 'timers'>;
  readonly log: Logger;
  readonly slots: Slots;
  readonly signal: AbortSignal;
}

/** Writes one pod's status: the newest only, one write at a time, nothing where nothing differs. */
export class StatusWriter {
  readonly #deps: StatusWriterDeps;
  readonly #key: { readonly name: string; readonly namespace: string };
  readonly #uid: string;
  #wanted: PodStatus | undefined;
  #written: Pod | undefined;
  #writing: Promise<void> | undefined;

  constructor(deps: StatusWriterDeps, pod: Pod) {
    this.#deps = deps;
    this.#uid = pod.metadata.uid;
    this.#key = { name: pod.metadata.name, namespace: pod.metadata.namespace ?? '' };
  }

  /** The pod as it was when a status was last written; the cache may be behind it. */
  get written(): Pod | undefined {
    return this.#written;
  }

  /** Resolves once this status, or a later one, is stored, or the pod is gone. */
  write(status: PodStatus): Promise<void> {
    this.#wanted = status;
    this.#writing ??= this.#run().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  /** The newest object this node knows of. */
  latest(): Pod | undefined {
    const cached = this.#deps.pods.byUid(this.#uid);
    if (cached === undefined) return undefined;
    return this.#written !== undefined && revision(this.#written) > revision(cached) ? this.#written : cached;
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (this.#wanted !== undefined && !this.#deps.signal.aborted) {
      const wanted = this.#wanted;
      const latest = this.latest();
      const patch = latest === undefined ? undefined : statusPatch(latest.status, wanted);
      if (patch === undefined) {
        this.#wanted = undefined;
        return;
      }
      try {
        using _slot = await this.#deps.slots.take(this.#deps.signal);
        const body = { metadata: { uid: this.#uid, ...guard(latest) }, status: patch };
        this.#written = await this.#deps.client.patch(
          PodKind,
          this.#key,
          { type: 'merge', body },
          { subresource: 'status' },
        );
        failures = 0;
        if (this.#wanted === wanted) this.#wanted = undefined;
      } catch (error) {
        if (this.#deps.signal.aborted || isStatusError(error, 'NotFound', 'Invalid')) {
          this.#giveUp(error);
          return;
        }
        failures++;
        this.#deps.log.warn('a pod status was not written', { pod: this.#key, error });
        await this.#pause(failures);
      }
    }
  }

  #giveUp(error: unknown): void {
    this.#wanted = undefined;
    if (isStatusError(error, 'NotFound') || this.#deps.signal.aborted) return;
    this.#deps.log.error('a pod status was refused', { pod: this.#key, error });
  }

  async #pause(failures: number): Promise<void> {
    const delayMs = backoffMs(failures, { baseMs: API_RETRY_MIN_MS, capMs: API_RETRY_MAX_MS });
    await this.#deps.world.timers.sleep(delayMs, this.#deps.signal).catch((error: unknown) => {
      if (!this.#deps.signal.aborted) throw error;
    });
  }
}

/** Where others set conditions too, a patch must not undo theirs: it holds for one revision only. */
const guard = (pod: Pod | undefined): { readonly resourceVersion?: string } =>
  pod === undefined || (pod.spec.readinessGates ?? []).length === 0
    ? {}
    : { resourceVersion: pod.metadata.resourceVersion };

/** Revisions are counted upwards by this cluster's store. */
const revision = ({ metadata }: Pod): bigint => BigInt(metadata.resourceVersion);
