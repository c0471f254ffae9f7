/** Between two looks at what one autoscaler scales; horizontal-pod-autoscaler-sync-period. */
export const SYNC_MS = 15_000;
/** How far from its target a metric may be before anything changes; horizontal-pod-autoscaler-tolerance. */
export const TOLERANCE = 0.1;
/** A pod that started so lately may use more of the processor than it will; ...-cpu-initialization-period. */
export const CPU_INITIALIZATION_MS = 300_000;
/** A pod that was not ready so soon after its start never was before; ...-initial-readiness-delay. */
export const INITIAL_READINESS_MS = 30_000;
/** How far back higher recommendations count; ...-downscale-stabilization. */
export const DOWNSCALE_STABILIZATION_SECONDS = 300;
/** An adapter of custom metrics that does not say over what time means this; metricServerDefaultMetricWindow. */
export const CUSTOM_WINDOW_MS = 60_000;
/** The most there can be of anything. */
export const MAX_INT32 = 2_147_483_647;
