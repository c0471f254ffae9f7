import type { PodObject } from './pod-object.ts';

/** The pod's Ready condition is True. */
export const isPodReady = (pod: PodObject): boolean =>
  pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
