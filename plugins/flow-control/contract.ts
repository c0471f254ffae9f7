import type { UserInfo } from '../../src/api/user-info.ts';
import { contributionPoint } from '../../src/kernel/plugin.ts';
import type { RequestInfo } from '../apiserver/contract.ts';

/** A request over the network, before it is authorized: who it acts as is known. */
export interface FlowRequest {
  readonly user: UserInfo;
  readonly info: RequestInfo;
  readonly query: URLSearchParams;
  /** How long it may wait for a seat, milliseconds; asked where it has to. */
  waitMs(): number;
  /** Aborted when nobody waits for an answer any more; asked where it has to wait. */
  signal(): AbortSignal;
}

/** One request's way through its priority level. */
export interface Turn {
  /** By what it was classified, where there is such; '' where that is not stored yet. */
  readonly flowSchemaUid?: string;
  readonly priorityLevelUid?: string;
  /** Whether it may be served: known at once, unless it has to wait for a seat. Never rejects. */
  readonly mayRun: boolean | Promise<boolean>;
  /** Told to who is turned away. */
  retryAfterSeconds(): number;
  /** Gives its seat to others, though what it began goes on: a watch that is under way, an answer that is made. */
  leaveSeat(): void;
  /** Nothing more is done for it. */
  over(): void;
}

/** Decides when each request is served; those of this process itself do not come by. */
export interface FlowControl {
  /** `undefined`: a stream that is nobody's concern, as upstream's long-running requests are. */
  enter(request: FlowRequest): Turn | undefined;
}
/** There is one at most. */
export const flowControls = contributionPoint<FlowControl>('flow-control.controls');

/** Served at once unless said otherwise, of requests that read and of those that write; apiserver's flags. */
export const MAX_REQUESTS_INFLIGHT = 400;
export const MAX_MUTATING_REQUESTS_INFLIGHT = 200;
