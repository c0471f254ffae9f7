import { must } from '../../../src/base/must.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { VOLUME_STATS_CALL_MS, VOLUME_STATS_MS } from '../limits.ts';
import type { ClaimFill } from '../metrics/claim-fill.ts';
import type { CsiDrivers } from './csi-drivers.ts';
import { NODE_CAPABILITY, nodeGetVolumeStats, USAGE_UNIT } from './csi-rpcs.ts';
import type { CsiVolume } from './csi-volume.ts';
import type { PublishedVolume } from './volume-mounts.ts';

export interface VolumeMeterDeps {
  readonly world: Pick<World, 'clock' | 'timers'>;
  readonly log: Logger;
  readonly drivers: Pick<CsiDrivers, 'get'>;
  readonly signal: AbortSignal;
}

interface Metered {
  readonly volume: CsiVolume;
  readonly path: string;
  asking: boolean;
  last: ClaimFill | undefined;
}

/** How full volumes of claims are. Their drivers are asked in the background: whoever wants to know gets what they told last. */
export class VolumeMeter {
  readonly #deps: VolumeMeterDeps;
  readonly #pods = new Map<string, Map<string, Metered>>();
  #timer: Disposable | undefined;

  constructor(deps: VolumeMeterDeps) {
    this.#deps = deps;
    deps.signal.addEventListener('abort', () => this.#timer?.[Symbol.dispose](), { once: true });
  }

  /** From when the pod has the volume on. */
  watch(podUid: string, volume: CsiVolume, { path, facts }: PublishedVolume): void {
    if (volume.claim === undefined || !facts.capabilities.has(NODE_CAPABILITY.volumeStats)) return;
    const ofPod = this.#pods.get(podUid) ?? new Map<string, Metered>();
    this.#pods.set(podUid, ofPod);
    if (ofPod.has(volume.name)) return;
    const metered = { volume, path, asking: false, last: undefined };
    ofPod.set(volume.name, metered);
    void this.#ask(metered);
    this.#timer ??= this.#deps.world.timers.every(VOLUME_STATS_MS, () => {
      for (const each of this.#pods.values()) for (const one of each.values()) void this.#ask(one);
    });
  }

  forget(podUid: string): void {
    this.#pods.delete(podUid);
  }

  of(podUid: string): readonly ClaimFill[] {
    return [...(this.#pods.get(podUid)?.values() ?? [])].flatMap(({ last }) => last ?? []);
  }

  /** Of all pods; a volume of several is told of for each. */
  all(): readonly ClaimFill[] {
    return [...this.#pods.keys()].flatMap(podUid => this.of(podUid));
  }

  /** What a driver does not tell any more is not told on, as upstream does. */
  async #ask(metered: Metered): Promise<void> {
    const { world, log, drivers, signal } = this.#deps;
    const { volume, path } = metered;
    if (metered.asking || signal.aborted) return;
    metered.asking = true;
    try {
      const driver = drivers.get(volume.driver);
      const request = { volumeId: volume.handle, volumePath: path };
      const answer = await driver?.peer.call(nodeGetVolumeStats, request, VOLUME_STATS_CALL_MS);
      const of = (unit: number) => answer?.usage.find(each => each.unit === unit);
      const [bytes, inodes] = [of(USAGE_UNIT.bytes), of(USAGE_UNIT.inodes)];
      metered.last =
        bytes === undefined && inodes === undefined
          ? undefined
          : {
              claim: must(volume.claim, 'only claims are watched'),
              atMs: world.clock.now(),
              availableBytes: bytes?.available ?? 0,
              capacityBytes: bytes?.total ?? 0,
              usedBytes: bytes?.used ?? 0,
              inodesFree: inodes?.available ?? 0,
              inodes: inodes?.total ?? 0,
              inodesUsed: inodes?.used ?? 0,
            };
    } catch (error) {
      metered.last = undefined;
      log.debug('how full a volume is was not told', { volume: volume.name, error });
    } finally {
      metered.asking = false;
    }
  }
}
