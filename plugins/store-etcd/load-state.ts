import { OrderedMap } from '../../src/base/ordered-map.ts';
import type { Timers } from '../../src/base/world.ts';
import type { AtRest } from '../../src/store/at-rest.ts';
import { NO_PAST } from '../../src/store/past.ts';
import type { Recovered } from '../../src/store/recovered.ts';
import { StoreError, type Entry, type Revision } from '../../src/store/store.ts';
import type { EtcdConnection } from './connection.ts';
import { PAGE_ENTRIES } from './limits.ts';
import { behindPrefix, decodeRange, encodeRange, type RangeRequest, type RangeResponse } from './messages.ts';
import { decodeStored } from './stored-value.ts';
import { WatchStream } from './watch-stream.ts';

/** What etcd held some revisions ago, and a stream of all that came since. */
export interface LoadedState extends Recovered {
  readonly stream: WatchStream;
  readonly newest: Revision;
  readonly clusterId: bigint;
}

export const range = (connection: EtcdConnection, request: RangeRequest): Promise<RangeResponse> =>
  connection.call({
    path: '/etcdserverpb.KV/Range',
    message: encodeRange(request),
    isRepeatable: true,
    decode: decodeRange,
  });

/** A quorum's word on which revision is the newest. */
export const newestRevision = (connection: EtcdConnection): Promise<RangeResponse> =>
  range(connection, { from: '\0', to: Buffer.alloc(0), limit: 1, revision: 0, countOnly: true });

/** With changes from `remembered` revisions ago on. Rejects with `Compacted` where another server compacted meanwhile. */
export async function loadState(
  connection: EtcdConnection,
  { prefix, atRest }: { readonly prefix: string; readonly atRest: AtRest },
  timers: Timers,
  remembered: number,
): Promise<LoadedState> {
  const { revision: newest, clusterId } = await newestRevision(connection);
  const base = await oldestKept(connection, timers, Math.max(newest - remembered, 0));
  const stream = new WatchStream(connection, base + 1);
  try {
    await stream.opened(timers);
    const state =
      base === 0 ? { root: OrderedMap.empty<Entry>(), deadlines: [] } : await readAll(connection, prefix, atRest, base);
    return { ...state, compacted: base, past: NO_PAST, revision: Math.max(base, 1), stream, newest, clusterId };
  } catch (error) {
    stream[Symbol.dispose]();
    throw error;
  }
}

/** As far back as is wanted, or as etcd's history reaches, which it tells to those only who watch from before that. */
async function oldestKept(connection: EtcdConnection, timers: Timers, wanted: Revision): Promise<Revision> {
  const probe = { from: '\0', to: Buffer.alloc(0), limit: 1, countOnly: true };
  try {
    await range(connection, { ...probe, revision: Math.max(wanted, 1) });
    return wanted;
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'Compacted') throw error;
  }
  using stream = new WatchStream(connection, wanted + 1);
  return await stream.historyBegins(timers);
}

async function readAll(
  connection: EtcdConnection,
  prefix: string,
  atRest: AtRest,
  revision: Revision,
): Promise<Pick<Recovered, 'root' | 'deadlines'>> {
  const deadlines: { key: string; modRevision: Revision; deadlineMs: number }[] = [];
  const to = behindPrefix(prefix);
  const all: Entry[] = [];
  for (let from = prefix; ; ) {
    const { entries, more } = await range(connection, { from, to, limit: PAGE_ENTRIES, revision, countOnly: false });
    for (const told of entries) {
      const { entry, deadlineMs } = decodeStored(told, atRest);
      const { key, modRevision } = entry;
      all.push(entry);
      if (deadlineMs !== undefined) deadlines.push({ key, modRevision, deadlineMs });
    }
    const last = entries.at(-1);
    if (!more || last === undefined) {
      const keys = all.map(({ key }) => key);
      return { root: OrderedMap.fromSorted(keys, all), deadlines };
    }
    from = `${last.key}\0`;
  }
}
