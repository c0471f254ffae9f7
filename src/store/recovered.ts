import { OrderedMap } from '../base/ordered-map.ts';
import type { Root } from './history.ts';
import { NO_PAST, type Past } from './past.ts';
import type { Revision } from './store.ts';

/** What a driver found when it opened. */
export interface Recovered {
  readonly compacted: Revision;
  /** Each transaction after `compacted`. */
  readonly past: Past;
  readonly revision: Revision;
  readonly root: Root;
  readonly deadlines: readonly { readonly key: string; readonly modRevision: Revision; readonly deadlineMs: number }[];
}

/** As in etcd, an empty store is at 1, since clients read 0 as "any". */
export const NOTHING_RECOVERED: Recovered = {
  compacted: 0,
  past: NO_PAST,
  revision: 1,
  root: OrderedMap.empty(),
  deadlines: [],
};
