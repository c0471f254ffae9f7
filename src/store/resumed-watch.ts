import { StoreError, type WatchBatch, type WatchOptions } from './store.ts';

/**
 * A watch that outlives the store it was begun on, where that is opened again: it goes on after the last batch that
 * was told. `begin` watches the store there is from a revision on. `reopened` is asked about what ended a watch: it
 * resolves once there is a store again, or throws what the watch shall end with.
 * Ends with `Overrun` where history no longer holds the place of a resumed watch.
 */
export async function* resumedWatch(
  options: WatchOptions,
  begin: (options: WatchOptions) => AsyncIterable<WatchBatch>,
  reopened: (error: StoreError) => Promise<void>,
): AsyncGenerator<WatchBatch, void, undefined> {
  let { after } = options;
  let isResumed = false;
  for (;;) {
    try {
      for await (const batch of begin({ ...options, after })) {
        after = batch.revision;
        yield batch;
      }
      return;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (isResumed && error.code === 'Compacted') {
        throw new StoreError('Overrun', 'history no longer holds the place of a watch', { cause: error });
      }
      await reopened(error);
    }
    if (options.signal.aborted) return;
    isResumed = true;
  }
}
