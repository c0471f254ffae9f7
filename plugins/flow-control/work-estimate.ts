import type { RequestInfo } from '../apiserver/contract.ts';
import { EVENT_MS, LIST_BYTES_A_SEAT, LIST_BYTES_AT_ONCE, LIST_SEATS, WATCHES_A_SEAT, WRITE_SEATS } from './limits.ts';

/** What a request is thought to take. */
export interface WorkEstimate {
  /** While it is served. */
  readonly initialSeats: number;
  /** Afterwards, for so long: what others do of it while its client has its answer already. */
  readonly finalSeats: number;
  readonly extraMs: number;
}

export const ONE_SEAT: WorkEstimate = Object.freeze({ initialSeats: 1, finalSeats: 0, extraMs: 0 });

/** Objects of one kind in the store. */
export interface KindStats {
  readonly count: number;
  readonly averageBytes: number;
}

/** `limit`: what the client asks for at most, 0 where it does not say. */
export function listWork(
  stats: KindStats | undefined,
  { limit, isOfOne }: { readonly limit: number; readonly isOfOne: boolean },
  maxSeats: number,
): WorkEstimate {
  if (stats === undefined) return ONE_SEAT;
  const { count, averageBytes } = stats;
  const objects = isOfOne ? 1 : limit > 0 ? Math.min(limit, count) : count;
  const bytes = Math.min(objects * averageBytes, LIST_BYTES_AT_ONCE);
  return atOnce(bounded(Math.ceil(bytes / LIST_BYTES_A_SEAT), maxSeats, LIST_SEATS));
}

/** Its event goes to so many watches. */
export function writeWork(watches: number, maxSeats: number): WorkEstimate {
  if (watches < WATCHES_A_SEAT) return ONE_SEAT;
  const wanted = Math.ceil(watches / WATCHES_A_SEAT);
  const finalSeats = bounded(wanted, maxSeats, WRITE_SEATS);
  return { initialSeats: 1, finalSeats, extraMs: (wanted * EVENT_MS) / finalSeats };
}

/** Without initial events a watch begins with nothing. */
export function beginsWithAll({ verb }: RequestInfo, query: URLSearchParams): boolean {
  if (verb !== 'watch') return true;
  const revision = query.get('resourceVersion') ?? '';
  return query.get('sendInitialEvents') === 'true' || revision === '' || revision === '0';
}

const bounded = (seats: number, maxSeats: number, limit: number): number =>
  Math.max(1, Math.min(seats, maxSeats === 0 ? limit : Math.min(maxSeats, limit)));

const atOnce = (initialSeats: number): WorkEstimate =>
  initialSeats === 1 ? ONE_SEAT : { initialSeats, finalSeats: 0, extraMs: 0 };
