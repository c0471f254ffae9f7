/** Random numbers that a seed tells, so that a failure found with one can be had again. */
export interface SeededRandom {
  /** In [0, 1). */
  fraction(): number;
  /** A whole number from 0 to `end - 1`. */
  below(end: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
}

/** The generator is mulberry32: 32 bits of state, good enough to make choices with. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(fraction() * end);
  return {
    fraction,
    below,
    chance: probability => fraction() < probability,
    pick: list => list[below(list.length)] ?? list[0],
  };
}
