import type { JsonPatchLimits } from '../../src/api/json-patch.ts';
import { MAX_JSON_DEPTH } from '../../src/base/scan-json.ts';

/** Bytes of a webhook's answer: an object of the largest size, and more where it grows. */
export const ANSWER_BYTES = 8 * 1024 * 1024;

/** Connections to one webhook at once: one that hangs must not take all there are. */
export const CONNECTIONS_OF_ONE = 64;

/** Webhooks whose connections are kept. */
export const KNOWN_TARGETS = 200;

/** A connection without a request is closed after it, milliseconds. */
export const IDLE_MS = 4_000;

/** Until a connection stands, its certificate verified, milliseconds; Go's default. */
export const DIAL_MS = 30_000;

/** All webhooks of one request together, milliseconds; apiserver's RequestTimeout. */
export const REQUEST_MS = 60_000;

/** How long a request waits until configurations are known, milliseconds; admission's WaitForReady. */
export const READY_MS = 10_000;

/** Warnings of one answer that are passed on. */
export const WARNINGS = 100;

/** Annotations of one answer that are put on record. */
export const AUDIT_ANNOTATIONS = 100;

/** Of one patch; as of clients' own patches. */
export const PATCH_LIMITS: JsonPatchLimits = {
  operations: 10_000,
  copyBytes: 3 * 1024 * 1024,
  shiftedItems: 50_000_000,
  depth: MAX_JSON_DEPTH,
};

/** What all conditions of one webhook may cost on one request; apiserver's RuntimeCELCostBudgetMatchConditions. */
export const CONDITIONS_BUDGET = 2_500_000;
