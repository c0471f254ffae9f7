import { EVICTION_GRACE_MS } from '../limits.ts';

/** Why a pod ended before its time, as its status tells it. */
export interface Verdict {
  readonly reason: string;
  readonly message: string;
  /** What the condition `DisruptionTarget` says, where others were to gain by it. */
  readonly disruption?: string;
}

/** The node itself ends a pod. */
export interface Expulsion extends Verdict {
  /** What its containers get for their end; the pod's own where nothing is said. */
  readonly graceMs?: number;
  /** No Event tells of it. */
  readonly isUntold?: true;
}

/** The node runs short of something. */
export const underPressure = (message: string, graceMs: number): Expulsion => ({
  reason: EVICTED,
  message,
  disruption: message,
  graceMs,
});

/** The pod takes more of the disk than it may. */
export const beyondLimit = (message: string): Expulsion => ({ reason: EVICTED, message, graceMs: EVICTION_GRACE_MS });

/** A critical pod needs its room. */
export const PREEMPTION: Expulsion = {
  reason: 'Preempting',
  message: 'Preempted in order to admit critical pod',
  disruption: 'Pod was preempted by Kubelet to accommodate a critical pod.',
};

const SHUTDOWN = 'Pod was terminated in response to imminent node shutdown.';

/** The machine goes down. */
export const atShutdown = (graceMs: number): Expulsion => ({
  reason: 'Terminated',
  message: SHUTDOWN,
  disruption: SHUTDOWN,
  graceMs,
  isUntold: true,
});

const EVICTED = 'Evicted';
