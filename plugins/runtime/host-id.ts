import type { IdRange } from './contract.ts';

/** What a user or group of a pod is on the host. */
export const hostId = (users: IdRange | undefined, id: number): number => (users?.first ?? 0) + id;
