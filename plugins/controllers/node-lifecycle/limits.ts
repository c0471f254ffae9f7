/** Without a heartbeat for this long a node is given up; --node-monitor-grace-period. */
export const GRACE_MS = 50_000;

/** A look this much later than it was due: this process was stopped or starved, not the node. */
export const LATE_MS = 10_000;

/** A pod whose node is gone is collected after this; podgc's quarantine. */
export const QUARANTINE_MS = 40_000;
