import { allocateFairly } from './allocate-fairly.ts';
import type { ConcurrencyLimits } from './concurrency-limits.ts';

/** A level as it was over the last period. */
export interface Borrower {
  readonly isExempt: boolean;
  readonly limits: Pick<ConcurrencyLimits, 'nominal' | 'min' | 'max'>;
  /** Most seats that it could use at one time. */
  readonly highest: number;
  readonly smoothed: number;
  /** What it has now. */
  readonly current: number;
}

export interface Lent {
  /** What each level has from now on. */
  readonly currents: readonly number[];
  readonly targets: readonly number[];
  readonly fairFraction: number;
}

/**
 * Gives each level what it needs of all seats, others' as well where they let it: never less than what it does not
 * lend, nor than what it used of its own. The exempt level takes whatever it uses.
 */
export function lendSeats(levels: readonly Borrower[]): Lent {
  const all = levels.reduce((sum, { limits }) => sum + limits.nominal, 0);
  const least = levels.map(leastOf);
  const limited = levels.flatMap((level, index) =>
    level.isExempt ? [] : [{ level, index, least: least[index] ?? 0 }],
  );
  const targets = levels.map(({ smoothed }, index) => Math.max(least[index] ?? 0, smoothed));
  const left = all - levels.reduce((sum, { isExempt }, index) => sum + (isExempt ? (least[index] ?? 0) : 0), 0);
  const sumOfMin = limited.reduce((sum, { level }) => sum + level.limits.min, 0);
  const sumOfLeast = limited.reduce((sum, each) => sum + each.least, 0);
  const currents = [...least];
  if (left <= sumOfMin) {
    for (const { level, index } of limited) currents[index] = level.limits.min;
    return { currents, targets, fairFraction: 0 };
  }
  if (left <= sumOfLeast) {
    const fraction = (left - sumOfMin) / (sumOfLeast - sumOfMin);
    for (const { level, index, least: own } of limited) {
      currents[index] = level.limits.min + Math.round((own - level.limits.min) * fraction);
    }
    return { currents, targets, fairFraction: 0 };
  }
  const claims = limited.map(({ level, index, least: lower }) => {
    return { target: targets[index] ?? 0, lower, upper: level.limits.max };
  });
  const allocation = allocateFairly(all, claims);
  for (const [place, { level, index }] of limited.entries()) {
    currents[index] = allocation === undefined ? level.current : Math.round(allocation.parts[place] ?? 0);
  }
  return { currents, targets, fairFraction: allocation?.fairFraction ?? 0 };
}

const leastOf = ({ isExempt, limits: { nominal, min }, highest }: Borrower): number =>
  Math.max(min, isExempt ? highest : Math.min(nominal, highest));
