import type { Pod } from './pod.ts';

/** The pod counts for its owner: it has not ended and is not being deleted. */
export const isPodActive = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined && !hasPodEnded(status);

/** None of its containers will run again. */
export const hasPodEnded = ({ phase }: Pod['status']): boolean => phase === 'Succeeded' || phase === 'Failed';
