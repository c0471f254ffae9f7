/** When images go, as of the kubelet's configuration. */
export interface ImageLimits {
  /** From this share of their disk in use on... */
  readonly highPercent: number;
  /** ...down to this one. */
  readonly lowPercent: number;
  /** None that is younger. */
  readonly minAgeMs: number;
  /** How long one may go unused; 0 for ever. */
  readonly maxAgeMs: number;
}

export interface ImageLimitSettings {
  readonly imageGcHighThresholdPercent: number;
  readonly imageGcLowThresholdPercent: number;
  readonly imageMinimumGcAgeSeconds: number;
  readonly imageMaximumGcAgeSeconds: number;
}

/** Throws for limits that make no sense. */
export function readImageLimits(settings: ImageLimitSettings): ImageLimits {
  const { imageGcHighThresholdPercent: highPercent, imageGcLowThresholdPercent: lowPercent } = settings;
  const { imageMinimumGcAgeSeconds, imageMaximumGcAgeSeconds } = settings;
  for (const [name, percent] of [
    ['imageGcHighThresholdPercent', highPercent],
    ['imageGcLowThresholdPercent', lowPercent],
  ] as const) {
    if (percent < 0 || percent > 100) throw new Error(`${name} ${percent} must be between 0 and 100, inclusive`);
  }
  if (lowPercent >= highPercent) {
    throw new Error(
      `imageGcLowThresholdPercent ${lowPercent} must be less than imageGcHighThresholdPercent ${highPercent}`,
    );
  }
  if (imageMinimumGcAgeSeconds < 0) throw new Error('imageMinimumGcAgeSeconds must not be negative');
  if (imageMaximumGcAgeSeconds !== 0 && imageMaximumGcAgeSeconds <= imageMinimumGcAgeSeconds) {
    throw new Error('imageMaximumGcAgeSeconds must be greater than imageMinimumGcAgeSeconds');
  }
  return {
    highPercent,
    lowPercent,
    minAgeMs: imageMinimumGcAgeSeconds * 1000,
    maxAgeMs: imageMaximumGcAgeSeconds * 1000,
  };
}
