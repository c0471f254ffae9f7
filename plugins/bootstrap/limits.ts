/** A server that did not say so for so long does not run; upstream's DefaultEndpointReconcilerTTL. */
export const SERVER_LEASE_SECONDS = 15;
/** Between times that a server says it runs; upstream's DefaultEndpointReconcilerInterval. */
export const SERVER_RENEW_MS = 10_000;
