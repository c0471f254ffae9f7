import type { BackoffOptions } from '../../src/base/backoff.ts';

/** Binds under way at once; decisions wait beyond. */
export const BINDS_IN_FLIGHT = 64;

/** Between attempts of one pod; kube-scheduler's podInitialBackoffSeconds and podMaxBackoffSeconds. */
export const POD_BACKOFF: BackoffOptions = { baseMs: 1000, capMs: 10_000 };

/** A pod that no change has woken is tried again after this; kube-scheduler's podMaxInUnschedulablePodsDuration. */
export const UNSCHEDULABLE_MS = 300_000;

/** Decisions hold the event loop no longer than this at a stretch. */
export const SLICE_MS = 5;

/** Searches for room that are begun for one attempt, each anew once the world has overtaken the one before. */
export const SEARCHES = 3;

/** Below this many nodes all are judged; above, enough fitting ones are. kube-scheduler's own rule. */
export const JUDGE_ALL_BELOW = 100;

/** Claims of a pod are waited for so long; kube-scheduler's bindTimeoutSeconds. */
export const VOLUMES_BOUND_MS = 600_000;

/** Nodes that could be cleared for a pod before the best of them is taken: a share of all, at least so many. */
export const LEAST_CANDIDATES_PERCENT = 10;
export const LEAST_CANDIDATES = 100;

/** Victims of one pod that are written to at once. */
export const VICTIMS_IN_FLIGHT = 16;

/** Devices are looked for so long on one node; nothing else is done meanwhile, so it is far less than kube-scheduler's ten seconds. */
export const ALLOCATION_MS = 250;

/** Drivers make devices ready for a pod within this; kube-scheduler's bindingTimeout. */
export const BINDING_CONDITIONS_MS = 600_000;

/** A claim is written so often where others write it, too. */
export const CLAIM_ATTEMPTS = 5;

/** What was written of a claim is seen by the caches within this. */
export const CLAIM_SHOWN_MS = 30_000;
