import type { Timers } from '../../src/base/world.ts';
import type { Caches } from '../../src/sdk/caches.ts';
import { FlowSchema } from '../kinds/flowcontrol/v1/flow-schema.ts';
import { PriorityLevelConfiguration } from '../kinds/flowcontrol/v1/priority-level-configuration.ts';
import type { FlowConfiguration } from './flow-configuration.ts';

/** Tells what is stored once it is known, and again when a spec changes, once for changes of one moment. */
export function followConfiguration(
  caches: Caches,
  timers: Pick<Timers, 'after'>,
  take: (configuration: FlowConfiguration) => void,
): Disposable {
  const levels = caches.of(PriorityLevelConfiguration);
  const schemas = caches.of(FlowSchema);
  let pending: Disposable | undefined;
  const told = (): void => {
    pending ??= timers.after(0, () => {
      pending = undefined;
      // Until there is anything, the server goes by what it is about to store.
      if (!levels.hasSynced || !schemas.hasSynced || levels.list().length === 0) return;
      take({ levels: levels.list(), schemas: schemas.list() });
    });
  };
  const changed = (now: Changed, before: Changed | undefined): void => {
    if (now.metadata.generation !== before?.metadata.generation || now.metadata.uid !== before?.metadata.uid) told();
  };
  const subscriptions = [levels.subscribe({ changed, removed: told }), schemas.subscribe({ changed, removed: told })];
  void Promise.all([levels.synced, schemas.synced]).then(told);
  return {
    [Symbol.dispose]() {
      pending?.[Symbol.dispose]();
      for (const subscription of subscriptions) subscription[Symbol.dispose]();
    },
  };
}

interface Changed {
  readonly metadata: { readonly uid?: string; readonly generation?: number | undefined };
}
