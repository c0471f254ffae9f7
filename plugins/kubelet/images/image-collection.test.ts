import { describe, expect, it } from 'vitest';
import { planImageCollection, type CollectableImage } from './image-collection.ts';

const MINUTE_MS = 60_000;
const NOW_MS = 100 * MINUTE_MS;
const image = (id: string, change: Partial<CollectableImage> = {}): CollectableImage => ({
  id,
  firstSeenMs: 0,
  lastUsedMs: 0,
  inUse: false,
  pinned: false,
  ...change,
});
const LIMITS = { highPercent: 85, lowPercent: 80, minAgeMs: 2 * MINUTE_MS, maxAgeMs: 0 };
const minutesAgo = (minutes: number): number => NOW_MS - minutes * MINUTE_MS;
const disk = (availableBytes: number, capacityBytes = 1_000) => ({ capacityBytes, availableBytes });

describe('the plan of image collection', () => {
  it.each([
    ['an empty disk', disk(1_000), 0, 0],
    ['a disk just below the threshold', disk(160), 84, 0],
    ['a disk at the threshold', disk(150), 85, 50],
    ['a disk whose last percent is begun', disk(159), 85, 41],
    ['a full disk', disk(0), 100, 200],
    ['a disk that claims more room than it has', disk(2_000), 0, 0],
  ])('of %s', (_, space, usedPercent, bytesToFree) => {
    const plan = planImageCollection(space, [image('a')], NOW_MS, LIMITS);
    expect(plan).toEqual({ usedPercent, bytesToFree, candidates: bytesToFree === 0 ? [] : ['a'] });
  });

  it('goes by the limits that were set', () => {
    const limits = { ...LIMITS, highPercent: 50, lowPercent: 30, minAgeMs: 0 };
    const plan = planImageCollection(disk(450), [image('a', { firstSeenMs: NOW_MS })], NOW_MS, limits);
    expect(plan).toEqual({ usedPercent: 55, bytesToFree: 250, candidates: ['a'] });
  });

  it.each<[string, readonly CollectableImage[], string]>([
    ['nothing where there is nothing', [], ''],
    ['never one in use', [image('a', { inUse: true }), image('b')], 'b'],
    ['never one that came with the machine', [image('a', { pinned: true }), image('b')], 'b'],
    [
      'none that is younger than two minutes',
      [image('a', { firstSeenMs: minutesAgo(1.99) }), image('b', { firstSeenMs: minutesAgo(2) })],
      'b',
    ],
    [
      'the least recently used first',
      [image('a', { lastUsedMs: minutesAgo(5) }), image('b', { lastUsedMs: minutesAgo(50) }), image('c')],
      'c b a',
    ],
    [
      'of those last used at the same time the longest known first',
      [image('a', { firstSeenMs: minutesAgo(10) }), image('b', { firstSeenMs: minutesAgo(20) })],
      'b a',
    ],
  ])('takes %s', (_, images, expected) => {
    expect(planImageCollection(disk(0), images, NOW_MS, LIMITS).candidates.join(' ')).toBe(expected);
  });
});
