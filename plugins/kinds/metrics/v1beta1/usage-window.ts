import { duration, time } from '../../../../src/schema/schema.ts';

/** Over what time a usage was measured. */
export const usageWindow = {
  timestamp: time().orNull().zero().doc('When the time it was measured over ended.').at(2),
  window: duration().zero().doc('How long it was measured.').at(3),
} as const;

/** As metrics-server registers itself. */
export const METRICS_PRIORITY = { group: 100, version: 100 } as const;
