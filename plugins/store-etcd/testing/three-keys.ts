import { StoreError, type Store, type Write } from '../../../src/store/store.ts';

export const WRITERS = 6;

/** A writer's three keys change together: two hold its count, the third exists while that is odd. */
export const keysOf = (writer: number): { readonly a: string; readonly b: string; readonly odd: string } => ({
  a: `/registry/a/${writer}`,
  b: `/registry/b/${writer}`,
  odd: `/registry/odd/${writer}`,
});

/** What a writer was promised. */
export interface Acknowledged {
  readonly writer: number;
  readonly count: number;
  readonly revision: number;
}

/** Counts up as fast as it can. Where nobody says what became of a write it looks, and goes on from there. */
export async function writeThreeKeys(
  store: Store,
  writer: number,
  isOver: () => boolean,
  say: (line: Acknowledged) => void,
): Promise<void> {
  const keys = keysOf(writer);
  let known: { readonly count: number; readonly modRevision: number } | undefined;
  while (!isOver()) {
    try {
      known ??= await look(store, keys.a);
      const count = known.count + 1;
      const value = Buffer.from(String(count).padEnd(200));
      const third: Write = count % 2 === 1 ? { put: keys.odd, value } : { delete: keys.odd };
      const { ok, revision } = await store.transact({
        guards: [{ key: keys.a, modRevision: known.modRevision }],
        writes: [{ put: keys.a, value }, third, { put: keys.b, value }],
      });
      if (!ok) throw new Error(`writer ${writer} was told of a conflict with itself`);
      say({ writer, count, revision });
      known = { count, modRevision: revision };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      known = undefined;
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }
}

async function look(store: Store, key: string): Promise<{ readonly count: number; readonly modRevision: number }> {
  const { entry } = await store.get(key);
  return { count: Number(entry?.value.toString() ?? 0), modRevision: entry?.modRevision ?? 0 };
}

/** What contradicts what was promised, in words. */
export async function brokenPromises(store: Store, told: readonly Acknowledged[]): Promise<readonly string[]> {
  const broken: string[] = [];
  const owners = new Map<number, string>();
  const last = new Map<number, number>();
  for (const { writer, count, revision } of told) {
    const owner = owners.get(revision);
    if (owner !== undefined) broken.push(`revision ${revision} was given to ${owner} and to writer ${writer}`);
    owners.set(revision, `writer ${writer}`);
    last.set(writer, count);
  }
  for (let writer = 0; writer < WRITERS; writer++) {
    const keys = keysOf(writer);
    const [a, b, odd] = await Promise.all([keys.a, keys.b, keys.odd].map(async key => (await store.get(key)).entry));
    const count = Number(a?.value.toString() ?? 0);
    const isWhole = a?.modRevision === b?.modRevision && (odd !== undefined) === (count % 2 === 1);
    if (!isWhole) broken.push(`what writer ${writer} wrote is not whole`);
    if (count < (last.get(writer) ?? 0))
      broken.push(`writer ${writer} was promised ${last.get(writer)}, there is ${count}`);
  }
  return broken;
}
