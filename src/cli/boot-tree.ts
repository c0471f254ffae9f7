import type { BootStep } from '../kernel/kernel.ts';

export interface BootBranch {
  readonly step: BootStep;
  /** How many steps it stands below. */
  readonly depth: number;
}

/** Each step below the one it had to wait for longest, steps that waited for the same in order of their begin. */
export function bootTree(steps: readonly BootStep[]): readonly BootBranch[] {
  const branches: BootBranch[] = [];
  const below = (parent: BootStep | undefined, depth: number): void => {
    for (const step of steps.filter(each => lastAwaited(each, steps) === parent).toSorted(byBegin)) {
      branches.push({ step, depth });
      below(step, depth + 1);
    }
  };
  below(undefined, 0);
  return branches;
}

const endOf = ({ beganMs, tookMs }: BootStep): number => beganMs + tookMs;
const byBegin = (one: BootStep, other: BootStep): number => one.beganMs - other.beganMs;

/** Of the steps it waited for, the one that ended last before it began. */
const lastAwaited = (step: BootStep, steps: readonly BootStep[]): BootStep | undefined =>
  steps
    .filter(other => other.phase === step.phase && step.after.includes(other.plugin))
    .toSorted((one, other) => endOf(other) - endOf(one))[0];
