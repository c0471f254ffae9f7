import { seededRandom } from '../../../src/sdk/testing/seeded-random.ts';
import type { Write } from '../../../src/store/store.ts';

/** One transaction of a script. Every one also writes its own index under `LAST`, so that a state tells how far it came. */
export interface Step {
  readonly index: number;
  /** `undefined` deletes; only what is there is deleted. */
  readonly changes: ReadonlyMap<string, string | undefined>;
}
export const LAST = '/last';

export interface ScriptOptions {
  readonly seed: number;
  readonly groups: number;
  /** Bytes of the largest values, one in eight; the others are small. */
  readonly largeBytes?: number;
}

/** What a seed makes a client do: groups of transactions, each sent at once. */
export function scriptOf({ seed, groups, largeBytes = 20_000 }: ScriptOptions): readonly (readonly Step[])[] {
  const random = seededRandom(seed);
  const present = new Set<string>();
  let index = 0;
  const step = (): Step => {
    index++;
    const changes = new Map<string, string | undefined>([[LAST, String(index)]]);
    for (let n = random.below(3); n >= 0; n--) {
      const key = `/k/${random.below(24)}`;
      const isDelete = present.has(key) && random.chance(0.35);
      if (isDelete) present.delete(key);
      else present.add(key);
      const length = random.chance(0.12) ? random.below(largeBytes) : random.below(300);
      changes.set(key, isDelete ? undefined : `${index} `.padEnd(length, 'abcdefghij'));
    }
    return { index, changes };
  };
  return Array.from({ length: groups }, () => Array.from({ length: 1 + random.below(6) }, step));
}

export const writesOf = ({ changes }: Step): readonly Write[] =>
  [...changes].map(
    ([key, text]): Write => (text === undefined ? { delete: key } : { put: key, value: Buffer.from(text) }),
  );
