/** As upstream's components have them unless they are told otherwise. */
export const LEASE_SECONDS = 15;
/** Who could not renew a lease for so long holds it no more; before anybody else may. */
export const RENEW_DEADLINE_MS = 10_000;
export const RETRY_MS = 2_000;
/** A wait is longer by up to so much of it, that candidates do not come all at once. */
export const RETRY_JITTER = 1.2;
/** A server that stops waits so long for a lease to be given back. */
export const RELEASE_MS = 2_000;
