import type { AnyObject } from '../api/object-meta.ts';
import type { Client } from '../api/client.ts';
import { serviceRef } from '../kernel/plugin.ts';

/** Tells users what happens to an object, as `kubectl describe` shows it. */
export interface EventRecorder {
  /** Never throws and never waits; what cannot be written is dropped and counted. */
  event(about: AnyObject | ObjectReference, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/** `v1.ObjectReference`, for events about a part of an object (`fieldPath: spec.containers{web}`). */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion?: string;
  readonly fieldPath?: string;
}

export interface EventSource {
  readonly component: string;
  /** Node the component runs on. */
  readonly host?: string;
}

/** Makes recorders that write as the user of `client`; repeated events are counted, not repeated. */
export interface EventRecorders {
  recorder(client: Client, source: EventSource): EventRecorder;
}
export const eventRecorders = serviceRef<EventRecorders>('sdk.event-recorders');
