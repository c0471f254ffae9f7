import type { BackoffOptions } from '../../src/base/backoff.ts';

/** Most pods one pass of a replica controller creates or deletes; the rest follow when the caches show these. */
export const REPLICA_BURST = 500;

/** Most pods one pass of the daemon set controller creates or deletes; upstream's BurstReplicas. */
export const DAEMON_BURST = 250;

/** Between replacements of failed daemon pods on one node; upstream's own. */
export const FAILED_DAEMON_BACKOFF: BackoffOptions = { baseMs: 1000, capMs: 15 * 60_000 };

/** Addresses in one EndpointSlice; upstream's --max-endpoints-per-slice. */
export const ENDPOINTS_PER_SLICE = 100;

/** Addresses of one subset of Endpoints that are said in EndpointSlices as well; upstream's --mirroring-max-endpoints-per-subset. */
export const MIRRORED_PER_SUBSET = 1000;

/** Addresses in one Endpoints object; upstream truncates beyond and says so in an annotation. */
export const ENDPOINTS_CAPACITY = 1000;

/** Characters of a ReplicaSet's revision history annotation. */
export const REVISION_HISTORY_CHARS = 2000;

/** Finished pods kept in the cluster before the oldest are collected; upstream's --terminated-pod-gc-threshold. */
export const TERMINATED_PODS = 12_500;

/** Objects listed a page; client-go's pager. */
export const LIST_PAGE = 500;

/** Objects of one kind that the garbage collector or a namespace's deletion deletes at once. */
export const PARALLEL_DELETES = 20;

/** Owners known to be absent that the garbage collector remembers; upstream's absentOwnerCache. */
export const ABSENT_OWNERS = 500;
