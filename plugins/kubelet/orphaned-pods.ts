import { backoffMs } from '../../src/base/backoff.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { PodNetwork } from '../network/contract.ts';
import type { Runtime } from '../runtime/contract.ts';
import { API_RETRY_MAX_MS, API_RETRY_MIN_MS } from './limits.ts';
import { removePodFiles, type VolumeDeps } from './volumes/pod-volumes.ts';

export interface OrphanDeps {
  readonly world: Pick<World, 'files' | 'timers'>;
  readonly log: Logger;
  readonly runtime: Pick<Runtime, 'list' | 'removeSandbox'>;
  readonly network: Pick<PodNetwork, 'detach'>;
  readonly volumes: VolumeDeps;
  readonly signal: AbortSignal;
}

/** What an earlier daemon left of pods that are no more. */
export class OrphanedPods {
  readonly #deps: OrphanDeps;

  constructor(deps: OrphanDeps) {
    this.#deps = deps;
  }

  /** Removes what belongs to none of these pods. Answers the uids of those that still have to be ended. */
  async remove(wanted: ReadonlySet<string>): Promise<readonly string[]> {
    const { runtime, world, log, volumes } = this.#deps;
    const orphans = runtime.list().filter(({ config }) => !wanted.has(config.podUid));
    // Not waited for: a process that cannot be killed must not keep the node from starting.
    for (const { id, config } of orphans) {
      log.info('removing a pod that is no more', { pod: `${config.podNamespace}/${config.podName}` });
      void this.#end(id, config.podUid);
    }
    const ending = orphans.map(({ config }) => config.podUid);
    for (const podUid of await world.files.readdir(volumes.podsDirectory)) {
      if (!wanted.has(podUid) && !ending.includes(podUid)) await removePodFiles(volumes, podUid);
    }
    return ending;
  }

  async #end(sandboxId: string, podUid: string): Promise<void> {
    const { runtime, network, world, log, volumes, signal } = this.#deps;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await runtime.removeSandbox(sandboxId);
        await network.detach(podUid);
        return await removePodFiles(volumes, podUid);
      } catch (error) {
        failures++;
        log.error('a pod that is no more was not removed', { podUid, error });
        const retryMs = backoffMs(failures, { baseMs: API_RETRY_MIN_MS, capMs: API_RETRY_MAX_MS });
        await world.timers.sleep(retryMs, signal).catch(() => undefined);
      }
    }
  }
}
