/** Between adjustments of what levels lend one another, milliseconds; upstream's borrowingAdjustmentPeriod. */
export const ADJUSTMENT_MS = 10_000;

/** What of the smoothed demand stays after one period: half of it after five minutes. */
export const DEMAND_DECAY = 0.977;

/** How long a request is thought to take before it is known, milliseconds; upstream's estimatedServiceDuration. */
export const SERVICE_MS = 3;

/** Bytes of objects that one seat of a list stands for, and what a list held in memory costs at most. */
export const LIST_BYTES_A_SEAT = 100_000;
export const LIST_BYTES_AT_ONCE = 1_000_000;
export const LIST_SEATS = 100;

/** Watches that one seat of a write stands for, what its event is thought to take, milliseconds, and its seats at most. */
export const WATCHES_A_SEAT = 10;
export const EVENT_MS = 5;
export const WRITE_SEATS = 10;

/** Of a level's nominal seats, what one request may take. */
export const SEATS_OF_ONE_REQUEST = 0.15;

/** Objects looked at to tell how large one of their kind is, and how long that is believed, milliseconds. */
export const SAMPLED_OBJECTS = 20;
export const COUNT_MS = 60_000;
/** Kinds whose counts are kept. */
export const COUNTED_KINDS = 1000;

/** Users of whom it is kept which FlowSchemas speak of them. */
export const KNOWN_USERS = 5000;

/** Hands of flows that are kept dealt, of each FlowSchema. */
export const KEPT_HANDS = 1000;

/** Seconds that who is turned away is told to wait, at most. */
export const RETRY_AFTER_SECONDS = 32;

/** Idle queues of one level that a dump tells of. */
export const DUMPED_QUEUES = 10_000;
