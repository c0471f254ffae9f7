export interface BackoffOptions {
  readonly baseMs: number;
  readonly capMs: number;
  /** 2 unless given. */
  readonly factor?: number;
}

/** Wait before the `failures`-th retry (from 1): grows by `factor` from `baseMs` and never beyond `capMs`. */
export function backoffMs(failures: number, { baseMs, capMs, factor = 2 }: BackoffOptions): number {
  return Math.min(capMs, baseMs * factor ** Math.min(Math.max(failures - 1, 0), 64));
}
