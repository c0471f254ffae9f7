import type { AnyObject } from '../../../../src/api/object-meta.ts';
import type { EventSeries, EventSource } from './event-source.ts';
import type { ObjectReference } from './object-reference.ts';

/** An event as the rules of its kind see it. */
export interface EventObject extends AnyObject {
  readonly involvedObject: ObjectReference;
  readonly source: EventSource;
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly reportingComponent: string;
  readonly reportingInstance: string;
  readonly action?: string;
  readonly related?: ObjectReference;
  readonly firstTimestamp: string | null;
  readonly lastTimestamp: string | null;
  readonly eventTime: string | null;
  readonly count?: number;
  readonly series?: EventSeries;
}
