import { messageOf } from '../../../src/base/message-of.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Image, Images } from '../../images/contract.ts';
import type { ImageLimits } from './image-limits.ts';
import { IMAGE_GC_DELAY_MS, IMAGE_GC_PERIOD_MS } from '../limits.ts';
import {
  outdatedImages,
  planImageCollection,
  unusedImages,
  type CollectableImage,
  type DiskSpace,
} from './image-collection.ts';

export interface ImageCollectorDeps {
  readonly world: Pick<World, 'clock'> & { readonly timers: Pick<World['timers'], 'after' | 'every'> };
  readonly log: Logger;
  readonly images: Pick<Images, 'list' | 'remove' | 'collectGarbage'> & { disk(): Promise<DiskSpace> };
  readonly limits: ImageLimits;
  /** Ids of the images under all containers there are, whether they run or not. */
  readonly inUse: () => ReadonlySet<string>;
  /** An Event of type Warning about the node. */
  readonly warn: (reason: string, message: string) => void;
}

interface Seen {
  readonly firstSeenMs: number;
  readonly lastUsedMs: number;
}

/** Frees the images' disk when it gets full, as upstream's image manager does: every five minutes it looks. */
export class ImageCollector {
  readonly #deps: ImageCollectorDeps;
  readonly #seen = new Map<string, Seen>();
  readonly #beganMs: number;
  #failedBefore = false;
  #rounds: Disposable | undefined;
  #later: Disposable | undefined;
  #running: Promise<void> | undefined;

  /** Images that are here now count as old. */
  constructor(deps: ImageCollectorDeps) {
    this.#deps = deps;
    this.#beganMs = deps.world.clock.now();
    this.#look(0);
  }

  start(): void {
    this.#rounds = this.#deps.world.timers.every(IMAGE_GC_PERIOD_MS, () => void this.round());
  }

  stop(): void {
    this.#rounds?.[Symbol.dispose]();
    this.#later?.[Symbol.dispose]();
  }

  /** A pod went: a while later, once for all that go until then, what no name and no container needs goes too. */
  podWent(): void {
    const { world, images, inUse, log } = this.#deps;
    this.#later ??= world.timers.after(IMAGE_GC_DELAY_MS, () => {
      this.#later = undefined;
      images.collectGarbage(inUse()).catch((error: unknown) => log.error('images were not collected', { error }));
    });
  }

  /** One look, and what it asks for; a failure is told of from the second in a row on. Never rejects. */
  round(): Promise<void> {
    this.#running ??= this.#collect()
      .then(
        () => {
          this.#failedBefore = false;
        },
        (error: unknown) => {
          const message = messageOf(error);
          this.#deps.log.error('images were not collected', { error });
          if (this.#failedBefore) this.#deps.warn('ImageGCFailed', message);
          this.#failedBefore = true;
        },
      )
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  /** The node runs short of disk: all that no container has goes. */
  async removeUnused(): Promise<void> {
    const { world, images, inUse, log, limits } = this.#deps;
    const nowMs = world.clock.now();
    for (const id of unusedImages(this.#look(nowMs), nowMs, limits)) {
      if (inUse().has(id) || !images.list().some(image => image.id === id)) continue;
      await images.remove(id);
      log.info('removed an image to free its disk', { image: id });
    }
    await images.collectGarbage(inUse());
  }

  async #collect(): Promise<void> {
    const { world, images, inUse, warn, log, limits } = this.#deps;
    const nowMs = world.clock.now();
    const known = this.#look(nowMs);
    await this.#removeOld(known, nowMs);
    const disk = await images.disk();
    if (disk.capacityBytes === 0) {
      const message = 'invalid capacity 0 on image filesystem';
      warn('InvalidDiskCapacity', message);
      throw new Error(message);
    }
    const { usedPercent, bytesToFree, candidates } = planImageCollection(disk, known, nowMs, limits);
    if (bytesToFree <= 0) return;
    log.info('the disk of images is over its high threshold', { usedPercent, bytesToFree });
    // What no name holds goes without being asked for by name.
    let { freedBytes } = await images.collectGarbage(inUse());
    for (const id of candidates) {
      if (freedBytes >= bytesToFree) break;
      // A container may have come to use it meanwhile.
      if (inUse().has(id) || !images.list().some(image => image.id === id)) continue;
      await images.remove(id);
      freedBytes += (await images.collectGarbage(inUse())).freedBytes;
      log.info('removed an image to free its disk', { image: id, freedBytes, bytesToFree });
    }
    if (freedBytes >= bytesToFree) return;
    const message = `Failed to garbage collect required amount of images. Attempted to free ${bytesToFree} bytes, but only found ${freedBytes} bytes eligible to free.`;
    warn('FreeDiskSpaceFailed', message);
    throw new Error(message);
  }

  /** Which were used before this daemon came is not known, so it waits that long before it judges. */
  async #removeOld(known: readonly CollectableImage[], nowMs: number): Promise<void> {
    const { images, inUse, log } = this.#deps;
    const { maxAgeMs } = this.#deps.limits;
    if (maxAgeMs === 0 || nowMs - this.#beganMs <= maxAgeMs) return;
    for (const id of outdatedImages(known, nowMs, maxAgeMs)) {
      if (inUse().has(id) || !images.list().some(image => image.id === id)) continue;
      await images.remove(id);
      const { freedBytes } = await images.collectGarbage(inUse());
      log.info('removed an image that was not used for long', { image: id, freedBytes });
    }
  }

  /** Notes which images there are and which are used at `nowMs`, and forgets those that are gone. */
  #look(nowMs: number): readonly CollectableImage[] {
    const used = this.#deps.inUse();
    const present = this.#deps.images.list();
    const ids = new Set(present.map(({ id }) => id));
    for (const id of this.#seen.keys()) if (!ids.has(id)) this.#seen.delete(id);
    return present.map(image => this.#note(image, used.has(image.id), nowMs));
  }

  #note({ id, pinned }: Image, inUse: boolean, nowMs: number): CollectableImage {
    const { firstSeenMs = nowMs, lastUsedMs = 0 } = this.#seen.get(id) ?? {};
    const seen = { firstSeenMs, lastUsedMs: inUse ? nowMs : lastUsedMs };
    this.#seen.set(id, seen);
    return { id, pinned, inUse, ...seen };
  }
}
