/** Times a write is tried again when another came first. */
export const ATTEMPTS = 5;
