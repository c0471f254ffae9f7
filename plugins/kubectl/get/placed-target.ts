import type { Target } from '../builder/targets.ts';

/** A target with the namespace it lies in; files say their own. */
export interface PlacedTarget extends Target {
  readonly namespace: string;
}
