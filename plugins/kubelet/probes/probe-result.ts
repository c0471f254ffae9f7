export interface ProbeResult {
  readonly outcome: 'success' | 'failure';
  /** Shown after `Liveness probe failed: `. */
  readonly output: string;
}
export const success = (output = ''): ProbeResult => ({ outcome: 'success', output });
export const failure = (output: string): ProbeResult => ({ outcome: 'failure', output });
