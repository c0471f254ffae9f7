import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shuffleShard, flowHash } from './shuffle-shard.ts';

describe('a hand', () => {
  it('has as many different queues as it is to have', () => {
    const deck = fc
      .integer({ min: 1, max: 200 })
      .chain(queues => fc.tuple(fc.constant(queues), fc.integer({ min: 1, max: Math.min(8, queues) })));
    fc.assert(
      fc.property(deck, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), ([queues, size], flow) => {
        const hand = shuffleShard(flow, queues, size);
        expect(new Set(hand).size).toBe(size);
        expect(hand.every(index => index >= 0 && index < queues)).toBe(true);
      }),
    );
  });

  // Counted by hand, a card taken out of the deck at a time.
  it.each<[bigint, number, number, readonly number[]]>([
    [0n, 4, 3, [0, 1, 2]],
    [3n, 4, 4, [3, 0, 1, 2]],
    [23n, 4, 4, [3, 2, 1, 0]],
    [5n, 3, 2, [2, 1]],
    [127n + 128n * 126n, 128, 2, [127, 126]],
  ])('of flow %d of %d queues, %d of them', (flow, queues, size, hand) => {
    expect(shuffleShard(flow, queues, size)).toEqual(hand);
  });

  it('of every order of a small deck is dealt equally often', () => {
    const hands = Array.from({ length: 24 }, (_, flow) => shuffleShard(BigInt(flow), 4, 4).join());
    expect(new Set(hands).size).toBe(24);
  });
});

it('flows of other schemas or users are others', () => {
  const hashes = [flowHash('a', 'b'), flowHash('ab', ''), flowHash('', 'ab'), flowHash('a', 'c')];
  expect(new Set(hashes).size).toBe(4);
  // The first eight bytes of what sha256sum says of `a`, a zero byte and `b`, little end first.
  expect(flowHash('a', 'b')).toBe(15254180239957406297n);
});
