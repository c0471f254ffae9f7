import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { isCritical } from '../admission/critical-pod.ts';
import { STORAGE_PAUSE_FACTOR } from '../limits.ts';
import type { Pod } from '../pod.ts';
import { beyondLimit, type Expulsion } from '../worker/expulsion.ts';
import { beyondStorageLimit, hasStorageLimit } from './beyond-storage-limit.ts';
import type { PodStorage } from './pod-storage.ts';

export interface StorageLimitsDeps {
  readonly clock: World['clock'];
  readonly log: Logger;
  /** Pods that run here and are not on their way out. */
  readonly pods: () => readonly { readonly pod: Pod; readonly expel: (expulsion: Expulsion) => Promise<void> }[];
  readonly storage: (pod: Pod) => Promise<PodStorage>;
}

/** Ends pods that write more to the disk than they may. Of those without a limit nothing is measured. */
export class StorageLimits {
  readonly #deps: StorageLimitsDeps;
  #notBeforeMs = -Infinity;

  constructor(deps: StorageLimitsDeps) {
    this.#deps = deps;
  }

  /** Whether any had to go. After a look that took long, the next ones are passed over for a while. */
  async look(): Promise<boolean> {
    const { clock, pods } = this.#deps;
    const beganMs = clock.monotonicMs();
    if (beganMs < this.#notBeforeMs) return false;
    let isAny = false;
    for (const { pod, expel } of pods()) {
      if (!hasStorageLimit(pod.spec) || isCritical(pod)) continue;
      const usage = await this.#measure(pod);
      const message = usage && beyondStorageLimit(pod.spec, usage);
      if (message === undefined) continue;
      isAny = true;
      void expel(beyondLimit(message));
    }
    const endedMs = clock.monotonicMs();
    this.#notBeforeMs = endedMs + STORAGE_PAUSE_FACTOR * (endedMs - beganMs);
    return isAny;
  }

  /** A pod that ends while it is measured has nothing to tell. */
  #measure(pod: Pod): Promise<PodStorage | undefined> {
    const { storage, log } = this.#deps;
    return storage(pod).catch((error: unknown) => {
      log.warn('what a pod has on the disk was not measured', { pod: pod.metadata.name, error });
      return undefined;
    });
  }
}
