import { expect, it } from 'vitest';
import { readImageLimits } from './image-limits.ts';

const settings = {
  imageGcHighThresholdPercent: 85,
  imageGcLowThresholdPercent: 80,
  imageMinimumGcAgeSeconds: 120,
  imageMaximumGcAgeSeconds: 0,
};

it('limits of images are percents of their disk and ages', () => {
  expect(readImageLimits({ ...settings, imageMaximumGcAgeSeconds: 3600 })).toEqual({
    highPercent: 85,
    lowPercent: 80,
    minAgeMs: 120_000,
    maxAgeMs: 3_600_000,
  });
});

it.each([
  [{ imageGcHighThresholdPercent: 101 }, 'imageGcHighThresholdPercent 101 must be between 0 and 100, inclusive'],
  [{ imageGcLowThresholdPercent: -1 }, 'imageGcLowThresholdPercent -1 must be between 0 and 100, inclusive'],
  [
    { imageGcLowThresholdPercent: 85 },
    'imageGcLowThresholdPercent 85 must be less than imageGcHighThresholdPercent 85',
  ],
  [{ imageMinimumGcAgeSeconds: -1 }, 'imageMinimumGcAgeSeconds must not be negative'],
  [{ imageMaximumGcAgeSeconds: 60 }, 'imageMaximumGcAgeSeconds must be greater than imageMinimumGcAgeSeconds'],
])('%j is refused', (changes, message) => {
  expect(() => readImageLimits({ ...settings, ...changes })).toThrow(message);
});
