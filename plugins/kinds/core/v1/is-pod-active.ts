import type { PodObject } from './pod-object.ts';

/** The pod counts for its owner: it has not ended and is not being deleted. */
export const isPodActive = ({ metadata, status }: PodObject): boolean =>
  metadata.deletionTimestamp === undefined && !hasPodEnded(status);

/** None of its containers will run again. */
export const hasPodEnded = ({ phase }: PodObject['status']): boolean => phase === 'Succeeded' || phase === 'Failed';
