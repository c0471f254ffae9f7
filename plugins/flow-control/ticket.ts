import type { UserInfo } from '../../src/api/user-info.ts';
import type { RequestInfo } from '../apiserver/contract.ts';
import type { FlowCounts } from './flow-counts.ts';
import type { Queue } from './queue.ts';
import type { WorkEstimate } from './work-estimate.ts';

/** A request as its level sees it. */
export interface Ticket {
  readonly schemaName: string;
  readonly distinguisher: string;
  /** Which queues it may use; none where its level has none. */
  readonly hand: readonly number[];
  readonly user: UserInfo;
  readonly info: RequestInfo;
  readonly counts: FlowCounts;
  readonly arrivedMs: number;
  work: WorkEstimate;
  /** The most it takes at one time. */
  seats: number;
  /** Where on the level's own clock it came. */
  arrivedAt: number;
  queue: Queue<Ticket> | undefined;
  state: 'new' | 'waiting' | 'executing' | 'lingering' | 'over';
  startedMs: number;
  /** Told when its turn comes; never before it waits. */
  started: (() => void) | undefined;
}
