/** How often a write is judged anew as others wrote the status of a quota first; upstream's. */
export const CHARGE_RETRIES = 3;

/** How long a write waits for its turn before it is refused; upstream's. */
export const CHARGE_DEADLINE_MS = 10_000;

/** Between counts of everything though nothing seems to have changed; upstream's --resource-quota-sync-period. */
export const RECOUNT_MS = 5 * 60_000;
