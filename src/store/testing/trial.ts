import { manualWorld, type ManualWorld } from '../../sdk/testing/manual-world.ts';
import type { StoreLimits } from '../limits.ts';
import type { Entry, Revision, Store, TransactionResult, WatchBatch, Write } from '../store.ts';

export type OpenStore = (world: ManualWorld, limits?: Partial<StoreLimits>) => Promise<Store & AsyncDisposable>;

/** A store under test with the short forms its cases are written in. */
export interface Trial extends AsyncDisposable {
  readonly store: Store;
  readonly world: ManualWorld;
  put(key: string, text: string, guard?: Revision): Promise<TransactionResult>;
  remove(key: string, guard?: Revision): Promise<TransactionResult>;
  texts(prefix: string, revision?: Revision): Promise<readonly string[]>;
}

export async function trial(open: OpenStore, limits?: Partial<StoreLimits>): Promise<Trial> {
  const world = manualWorld();
  const store = await open(world, limits);
  const write = (key: string, write: Write, guard: Revision | undefined): Promise<TransactionResult> =>
    store.transact({ guards: guard === undefined ? [] : [{ key, modRevision: guard }], writes: [write] });
  return {
    store,
    world,
    put: (key, text, guard) => write(key, putOf(key, text), guard),
    remove: (key, guard) => write(key, { delete: key }, guard),
    texts: async (prefix, revision) => {
      const { entries } = await store.list(prefix, revision === undefined ? {} : { revision });
      return entries.map(textOf);
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
    },
  };
}

export const putOf = (key: string, text: string, ttlSeconds?: number): Write => ({
  put: key,
  value: Buffer.from(text),
  ...(ttlSeconds === undefined ? {} : { ttlSeconds }),
});

export const textOf = ({ key, value }: Entry): string => `${key}=${value.toString()}`;

/** `revision: + created, ~ changed, - deleted`, so that a whole history reads at a glance. */
export const batchText = ({ revision, changes }: WatchBatch): string =>
  `${revision}: ${changes
    .map(change => {
      if (change.type === 'delete') return `-${change.key}(was ${change.previous.value.toString()})`;
      const was = change.previous === undefined ? '' : `(was ${change.previous.value.toString()})`;
      return `${change.previous === undefined ? '+' : '~'}${textOf(change.entry)}${was}`;
    })
    .join(' ')}`;

/** The next `count` batches of a watch. */
export async function take(iterator: AsyncIterator<WatchBatch>, count: number): Promise<readonly string[]> {
  const texts: string[] = [];
  while (texts.length < count) {
    const { value, done } = await iterator.next();
    if (done) break;
    texts.push(batchText(value));
  }
  return texts;
}
