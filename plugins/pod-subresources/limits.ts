/** Times a write is tried again when another came first. */
export const ATTEMPTS = 5;

/** Granted evictions that a budget remembers until its controller has seen them; registry's MaxDisruptedPodSize. */
export const MAX_DISRUPTED_PODS = 2000;
