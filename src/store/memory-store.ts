import type { World } from '../base/world.ts';
import { STORE_LIMITS, type StoreLimits } from './limits.ts';
import { MvccStore, type Driver } from './mvcc-store.ts';
import { NOTHING_RECOVERED } from './recovered.ts';
import type { Entry, Store } from './store.ts';

/** A store that forgets everything with its process: for tests, simulations and clusters of a minute. */
export function createMemoryStore(
  world: Pick<World, 'clock' | 'timers' | 'files'>,
  limits: Partial<StoreLimits> = {},
): Store & AsyncDisposable {
  const driver: Driver = {
    defer: flush => queueMicrotask(flush),
    write: () => Promise.resolve(),
    forget: () => undefined,
    backup: async (path, store) => {
      const { entries } = await store.list('');
      await world.files.writeFile(path, entries.map(lineOf).join(''));
    },
    close: () => Promise.resolve(),
  };
  return new MvccStore(world, driver, NOTHING_RECOVERED, { ...STORE_LIMITS, ...limits });
}

/** One JSON object a line; values are base64, since the store does not know what they are. */
const lineOf = ({ key, value, createRevision, modRevision }: Entry): string =>
  `${JSON.stringify({ key, createRevision, modRevision, value: value.toString('base64') })}\n`;
