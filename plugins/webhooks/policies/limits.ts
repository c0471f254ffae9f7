/** What the expressions of one policy may cost on one request; apiserver's RuntimeCELCostBudget. */
export const EXPRESSIONS_BUDGET = 10_000_000;

/** Bytes of a message that an expression makes. */
export const MESSAGE_BYTES = 5 * 1024;

/** Bytes of an annotation that an expression makes for the record of a request; upstream's maxAuditAnnotationValueLength. */
export const ANNOTATION_BYTES = 10 * 1024;
