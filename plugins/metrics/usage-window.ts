import type { World } from '../../src/base/world.ts';
import { FIRST_WINDOW_MS, FRESH_MS, STALE_MS } from './limits.ts';
import type { NodeReading } from './read-usage.ts';

/** What a node had used at two moments; what it used in between follows. */
export interface ReadingPair {
  readonly earlier: NodeReading;
  readonly later: NodeReading;
}

interface Taken {
  readonly reading: NodeReading;
  readonly atMs: number;
}

/**
 * Two readings of one node that are not far apart and not old. Nothing is read but when somebody asks: who asks
 * regularly has the time since as the window, who asks once waits for a short one.
 */
export class UsageWindow {
  readonly #read: () => Promise<NodeReading>;
  readonly #world: Pick<World, 'clock' | 'timers'>;
  #earlier: Taken | undefined;
  #later: Taken | undefined;
  #underWay: Promise<ReadingPair> | undefined;

  constructor(world: Pick<World, 'clock' | 'timers'>, read: () => Promise<NodeReading>) {
    this.#world = world;
    this.#read = read;
  }

  async ask(): Promise<ReadingPair> {
    const [earlier, later] = [this.#earlier, this.#later];
    if (earlier !== undefined && later !== undefined && this.#ageMs(later) < FRESH_MS) return pair(earlier, later);
    this.#underWay ??= this.#measure().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #measure(): Promise<ReadingPair> {
    const last = this.#later;
    const isRecent = last !== undefined && this.#ageMs(last) < STALE_MS;
    const earlier = isRecent ? last : await this.#take();
    if (!isRecent) await this.#world.timers.sleep(FIRST_WINDOW_MS);
    const later = await this.#take();
    this.#earlier = earlier;
    this.#later = later;
    return pair(earlier, later);
  }

  async #take(): Promise<Taken> {
    return { reading: await this.#read(), atMs: this.#world.clock.monotonicMs() };
  }

  #ageMs({ atMs }: Taken): number {
    return this.#world.clock.monotonicMs() - atMs;
  }
}

const pair = (earlier: Taken, later: Taken): ReadingPair => ({ earlier: earlier.reading, later: later.reading });
