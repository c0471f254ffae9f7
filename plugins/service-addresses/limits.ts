/** Addresses that turn out to be taken before a service is told that there is none. */
export const MAX_COLLISIONS = 64;
