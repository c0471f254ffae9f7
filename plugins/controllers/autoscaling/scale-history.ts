import type { ScalingRules } from '../../kinds/autoscaling/v2/scaling-rules.ts';

/** What was once found to be needed, whether it was followed or not. */
export interface Recommendation {
  readonly replicas: number;
  readonly atMs: number;
}
/** By how much it was scaled. */
export interface ScaleEvent {
  readonly change: number;
  readonly atMs: number;
}
/** What is known of an autoscaler's past; it does not outlive the process. */
export interface ScaleHistory {
  readonly recommendations: readonly Recommendation[];
  readonly ups: readonly ScaleEvent[];
  readonly downs: readonly ScaleEvent[];
}
export const NO_HISTORY: ScaleHistory = { recommendations: [], ups: [], downs: [] };

/** `history` after it was scaled; changes that no policy looks back to any more are forgotten. */
export function withScaleEvent(
  history: ScaleHistory,
  { scaleUp, scaleDown }: { readonly scaleUp?: ScalingRules; readonly scaleDown?: ScalingRules },
  change: { readonly from: number; readonly to: number },
  nowMs: number,
): ScaleHistory {
  const isUp = change.to > change.from;
  const rules = isUp ? scaleUp : scaleDown;
  const longestMs = Math.max(0, ...(rules?.policies ?? []).map(({ periodSeconds }) => periodSeconds * 1000));
  const events = (isUp ? history.ups : history.downs).filter(({ atMs }) => atMs >= nowMs - longestMs);
  const all = [...events, { change: Math.abs(change.to - change.from), atMs: nowMs }];
  return isUp ? { ...history, ups: all } : { ...history, downs: all };
}

export const changeWithin = (events: readonly ScaleEvent[], periodSeconds: number, nowMs: number): number =>
  events.filter(({ atMs }) => atMs > nowMs - periodSeconds * 1000).reduce((sum, { change }) => sum + change, 0);
