import type { Api } from '../api.ts';
import { FUTURE_REVISION_MS } from '../limits.ts';
import { tooLargeRevision } from './store-failure.ts';

/** Resolves once `revision` can be read; a revision that does not come in time is 504 for the client to retry. */
export async function waitForRevision({ objects: { store }, world }: Api, revision: number): Promise<void> {
  if (store.committed >= revision) return;
  const over = new AbortController();
  const timer = world.timers.after(FUTURE_REVISION_MS, () => over.abort());
  try {
    for await (const batch of store.watch('/registry/', { after: store.committed, signal: over.signal })) {
      if (batch.revision >= revision) return;
    }
  } finally {
    timer[Symbol.dispose]();
    over.abort();
  }
  if (store.committed < revision) throw tooLargeRevision(`${revision}, current: ${store.committed}`);
}
