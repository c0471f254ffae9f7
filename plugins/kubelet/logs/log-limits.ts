import { readQuantity, wholeUnits } from '../../../src/base/quantity.ts';
import { MAX_LOG_FILES } from '../limits.ts';

/** How much of each container's log is kept. */
export interface LogLimits {
  /** Of one file; 0 for no limit. */
  readonly maxBytes: number;
  /** With the one that is written. */
  readonly maxFiles: number;
}

export interface LogSettings {
  readonly containerLogMaxSize: string;
  readonly containerLogMaxFiles: number;
}

/** Throws, in the kubelet's words, for limits that make no sense. A negative size stands for none. */
export function readLogLimits({ containerLogMaxSize: size, containerLogMaxFiles: maxFiles }: LogSettings): LogLimits {
  if (maxFiles <= 1) throw new Error(`invalid MaxFiles ${maxFiles}, must be > 1`);
  if (maxFiles > MAX_LOG_FILES) throw new Error(`invalid MaxFiles ${maxFiles}, must be <= ${MAX_LOG_FILES}`);
  const quantity = readQuantity(size);
  const failure = `failed to parse container log max size ${JSON.stringify(size)}`;
  if (quantity === undefined) throw new Error(failure);
  if (quantity.nano % 1_000_000_000n !== 0n) throw new Error(`${failure}: invalid max log size`);
  if (quantity.nano < 0n) return { maxBytes: 0, maxFiles };
  return { maxBytes: Math.max(1, wholeUnits(quantity)), maxFiles };
}
