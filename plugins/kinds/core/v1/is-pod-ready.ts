import type { Pod } from './pod.ts';

/** The pod's Ready condition is True. */
export const isPodReady = (pod: Pod): boolean =>
  pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
