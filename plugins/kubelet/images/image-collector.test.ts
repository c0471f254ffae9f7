import { expect, it } from 'vitest';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import type { Image } from '../../images/contract.ts';
import { ImageCollector } from './image-collector.ts';

const MINUTE_MS = 60_000;

/** A disk of a hundred bytes and images of ten, each by itself. */
class TestImages {
  nowMs = 1_000 * MINUTE_MS;
  ids: string[] = [];
  used = new Set<string>();
  otherBytes = 0;
  capacityBytes = 100;
  readonly world = manualWorld();
  readonly collectedFor: string[] = [];
  readonly warnings: string[] = [];
  readonly collector: ImageCollector;

  constructor(ids: readonly string[], maxAgeMs = 0) {
    this.ids.push(...ids);
    this.collector = new ImageCollector({
      world: {
        clock: { now: () => this.nowMs, monotonicMs: () => this.nowMs, cpuMs: () => 0 },
        timers: this.world.timers,
      },
      log: silentLogger,
      images: {
        list: () => this.ids.map(imageOf),
        remove: async id => void (this.ids = this.ids.filter(each => each !== id)),
        collectGarbage: async inUse => {
          this.collectedFor.push([...inUse].join(' '));
          return { freedBytes: 10 * this.#takeRemoved() };
        },
        disk: async () => ({
          capacityBytes: this.capacityBytes,
          availableBytes: this.capacityBytes - this.otherBytes - 10 * this.ids.length,
        }),
      },
      limits: { highPercent: 85, lowPercent: 80, minAgeMs: 120_000, maxAgeMs },
      inUse: () => this.used,
      warn: (reason, message) => this.warnings.push(`${reason}: ${message}`),
    });
    this.#counted = ids.length;
  }

  #counted: number;
  #takeRemoved(): number {
    const removed = this.#counted - this.ids.length;
    this.#counted = this.ids.length;
    return removed;
  }

  add(id: string): void {
    this.ids.push(id);
    this.#counted++;
  }

  /** The next look, five minutes on. */
  async round(): Promise<string> {
    this.nowMs += 5 * MINUTE_MS;
    await this.collector.round();
    return this.ids.join(' ');
  }
}

const imageOf = (id: string): Image => ({
  id,
  tags: [id],
  digests: [],
  sizeBytes: 10,
  pinned: false,
  lowerDirs: [],
  config: { entrypoint: [], cmd: [], env: [], user: '', workingDir: '', volumes: [], stopSignal: null },
});

it('frees by what was used last, and no more than it takes', async () => {
  const images = new TestImages(['a', 'b', 'c', 'd']);
  images.used = new Set(['a', 'c']);
  expect(await images.round()).toBe('a b c d');
  images.used = new Set(['c']);
  images.otherBytes = 50;
  expect(await images.round()).toBe('a c d');
  images.otherBytes = 60;
  expect(await images.round()).toBe('a c');
  images.otherBytes = 79;
  expect(await images.round()).toBe('c');
  images.otherBytes = 85;
  images.used = new Set();
  expect(await images.round()).toBe('');
  expect(images.warnings).toEqual([
    'FreeDiskSpaceFailed: Failed to garbage collect required amount of images. Attempted to free 19 bytes, but only found 10 bytes eligible to free.',
    'FreeDiskSpaceFailed: Failed to garbage collect required amount of images. Attempted to free 15 bytes, but only found 10 bytes eligible to free.',
    'ImageGCFailed: Failed to garbage collect required amount of images. Attempted to free 15 bytes, but only found 10 bytes eligible to free.',
  ]);
});

it('leaves one that it has seen for the first time to the next round', async () => {
  const images = new TestImages(['old']);
  images.otherBytes = 80;
  images.used = new Set(['old']);
  images.add('new');
  expect(await images.round()).toBe('old new');
  expect(await images.round()).toBe('old');
});

it('tells of failures from the second in a row on, and anew after a success', async () => {
  const images = new TestImages([]);
  images.capacityBytes = 0;
  await images.round();
  await images.round();
  images.capacityBytes = 100;
  await images.round();
  images.capacityBytes = 0;
  await images.round();
  const invalid = 'invalid capacity 0 on image filesystem';
  expect(images.warnings).toEqual([
    `InvalidDiskCapacity: ${invalid}`,
    `InvalidDiskCapacity: ${invalid}`,
    `ImageGCFailed: ${invalid}`,
    `InvalidDiskCapacity: ${invalid}`,
  ]);
});

it('removes images that nothing used for longer than they may, once it has watched for so long', async () => {
  const images = new TestImages(['used', 'old'], 12 * MINUTE_MS);
  images.used.add('used');
  expect(await images.round()).toBe('used old');
  images.add('new');
  expect(await images.round()).toBe('used old new');
  expect(await images.round()).toBe('used new');
  expect(await images.round()).toBe('used new');
  images.used.delete('used');
  expect(await images.round()).toBe('used');
  expect(await images.round()).toBe('used');
  expect(await images.round()).toBe('');
});

it('removes all that nothing uses, where the node runs short, but for what has only just come', async () => {
  const images = new TestImages(['used', 'old']);
  images.used.add('used');
  images.nowMs += 5 * MINUTE_MS;
  images.add('new');
  await images.collector.removeUnused();
  expect(images.ids).toEqual(['used', 'new']);
});

it('has what nothing needs removed a minute after a pod’s end, once for all pods that ended until then', async () => {
  const images = new TestImages(['a', 'b']);
  images.used = new Set(['a', 'b']);
  images.collector.podWent();
  await images.world.advance(MINUTE_MS - 1);
  images.collector.podWent();
  expect(images.collectedFor).toEqual([]);
  images.used = new Set(['b']);
  await images.world.advance(1);
  expect(images.collectedFor).toEqual(['b']);
  await images.world.advance(10 * MINUTE_MS);
  expect(images.collectedFor).toEqual(['b']);
  images.collector.podWent();
  images.collector.stop();
  expect(images.world.pending).toBe(0);
});
