/** Completion indexes, as intervals in order that neither overlap nor touch. */
export type IndexIntervals = readonly Interval[];
interface Interval {
  readonly first: number;
  readonly last: number;
}

/** Reads `1,3-5`; what is not readable is passed over, and what is not below `completions` left out. */
export function parseIndexes(text: string | undefined, completions: number): IndexIntervals {
  const found: Interval[] = [];
  for (const part of (text ?? '') === '' ? [] : (text ?? '').split(',')) {
    const shape = /^(\d{1,10})(?:-(\d{1,10}))?$/.exec(part);
    if (shape === null) continue;
    const first = Number(shape[1]);
    if (first >= completions) break;
    found.push({ first, last: Math.min(Number(shape[2] ?? first), completions - 1) });
  }
  return mergeIndexes([], found);
}

/** Two neighbours are told one by one: `1,2`, yet `1-3`. */
export const formatIndexes = (intervals: IndexIntervals): string =>
  intervals
    .map(({ first, last }) => (last === first ? `${first}` : `${first}${last === first + 1 ? ',' : '-'}${last}`))
    .join(',');

export function mergeIndexes(a: IndexIntervals, b: IndexIntervals): IndexIntervals {
  const merged: Interval[] = [];
  for (const { first, last } of [...a, ...b].sort((x, y) => x.first - y.first)) {
    const before = merged.at(-1);
    if (before === undefined || first > before.last + 1) merged.push({ first, last });
    else if (last > before.last) merged[merged.length - 1] = { first: before.first, last };
  }
  return merged;
}

export const withIndexes = (intervals: IndexIntervals, indexes: Iterable<number>): IndexIntervals =>
  mergeIndexes(
    intervals,
    [...indexes].map(index => ({ first: index, last: index })),
  );

export const countIn = (intervals: IndexIntervals): number =>
  intervals.reduce((sum, { first, last }) => sum + last - first + 1, 0);

export const hasIndex = (intervals: IndexIntervals, index: number): boolean =>
  intervals.some(({ first, last }) => first <= index && index <= last);

/** The first `count` indexes below `completions` that are not in `taken`. */
export function firstOutside(taken: IndexIntervals, count: number, completions: number): readonly number[] {
  const free: number[] = [];
  let candidate = 0;
  for (const { first, last } of [...taken, { first: completions, last: completions }]) {
    for (; candidate < Math.min(first, completions) && free.length < count; candidate += 1) free.push(candidate);
    candidate = Math.max(candidate, last + 1);
  }
  return free;
}

/** How many of `a` are in `b`. */
export function countShared(a: IndexIntervals, b: IndexIntervals): number {
  let shared = 0;
  for (const x of a) {
    for (const y of b) shared += Math.max(0, Math.min(x.last, y.last) - Math.max(x.first, y.first) + 1);
  }
  return shared;
}
