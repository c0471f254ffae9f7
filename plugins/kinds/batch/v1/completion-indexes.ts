/** What is told of a list of completion indexes that its writer got wrong. */
export type IndexesProblem = { readonly problem: string };
interface Interval {
  readonly first: number;
  readonly last: number;
}

/** How many indexes `text` names, in the form `1,3-5`, each below `completions`; or what is wrong with it. */
export function countIndexes(text: string, completions: number): number | IndexesProblem {
  if (text === '') return 0;
  let last: number | undefined;
  let total = 0;
  for (const part of text.split(',')) {
    const interval = parseInterval(part, completions);
    if ('problem' in interval) return interval;
    if (last !== undefined && last >= interval.first) return notIncreasing(last, interval.first);
    total += interval.last - interval.first + 1;
    last = interval.last;
  }
  return total;
}

/** The first index that both texts name, where they are well formed. */
export function overlapAt(completed: string, failed: string, completions: number): number | undefined {
  const intervals = (text: string): readonly Interval[] =>
    (text === '' ? [] : text.split(',')).flatMap(part => {
      const interval = parseInterval(part, completions);
      return 'problem' in interval ? [] : [interval];
    });
  const [a, b] = [intervals(completed), intervals(failed)];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [x, y] = [a[i], b[j]];
    if (x === undefined || y === undefined) break;
    if (x.first <= y.last && y.first <= x.last) return Math.max(x.first, y.first);
    if (x.first <= y.first) i += 1;
    else j += 1;
  }
  return undefined;
}

function parseInterval(text: string, completions: number): Interval | IndexesProblem {
  const parts = text.split('-');
  if (parts.length > 2) {
    const rule = "violates the requirement that an index interval can have at most two parts separated by '-'";
    return { problem: `the fragment ${JSON.stringify(text)} ${rule}` };
  }
  const first = parseIndex(parts[0] ?? '', completions);
  if (typeof first !== 'number') return first;
  if (parts.length === 1) return { first, last: first };
  const last = parseIndex(parts[1] ?? '', completions);
  if (typeof last !== 'number') return last;
  return first >= last ? notIncreasing(first, last) : { first, last };
}

function parseIndex(text: string, completions: number): number | IndexesProblem {
  if (!/^\+?\d{1,10}$/.test(text)) {
    return { problem: `cannot convert string to integer for index: ${JSON.stringify(text)}` };
  }
  const index = Number(text);
  return index < completions ? index : { problem: `too large index: ${JSON.stringify(text)}` };
}

const notIncreasing = (previous: number, current: number): IndexesProblem => ({
  problem: `non-increasing order, previous: ${previous}, current: ${current}`,
});
