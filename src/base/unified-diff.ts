import { matchingBlocks, type Block } from './matching-blocks.ts';

/** Lines alike that are shown on either side of a change. */
const CONTEXT = 3;

/** How `b` differs from `a`, as `diff -u` tells it without its two lines of names; '' where they are alike. */
export function unifiedDiff(a: string, b: string): string {
  const [old, next] = [a.split('\n'), b.split('\n')];
  const changes = changesBetween(matchingBlocks(old, next), { a: old.length, b: next.length });
  return hunksOf(changes)
    .map(hunk => hunkText(hunk, old, next))
    .join('');
}

/** Lines of the one that stand in the place of lines of the other; either may be none. */
interface Change {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

function changesBetween(blocks: readonly Block[], end: Omit<Block, 'size'>): readonly Change[] {
  const changes: Change[] = [];
  let [fromA, fromB] = [0, 0];
  for (const { a, b, size } of [...blocks, { ...end, size: 0 }]) {
    if (fromA < a || fromB < b) changes.push({ fromA, toA: a, fromB, toB: b });
    [fromA, fromB] = [a + size, b + size];
  }
  return changes;
}

/** Changes whose context would meet are shown together. */
function hunksOf(changes: readonly Change[]): readonly (readonly Change[])[] {
  const hunks: Change[][] = [];
  for (const change of changes) {
    const last = hunks.at(-1);
    const between = change.fromA - (last?.at(-1)?.toA ?? Number.NEGATIVE_INFINITY);
    if (last !== undefined && between <= 2 * CONTEXT) last.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

function hunkText(changes: readonly Change[], a: readonly string[], b: readonly string[]): string {
  const [first, last] = [changes[0], changes.at(-1)];
  if (first === undefined || last === undefined) return '';
  const before = Math.min(CONTEXT, first.fromA, first.fromB);
  const after = Math.min(CONTEXT, a.length - last.toA, b.length - last.toB);
  const lines: string[] = [];
  let shown = first.fromA - before;
  for (const { fromA, toA, fromB, toB } of changes) {
    lines.push(...marked(' ', a.slice(shown, fromA)), ...marked('-', a.slice(fromA, toA)));
    lines.push(...marked('+', b.slice(fromB, toB)));
    shown = toA;
  }
  lines.push(...marked(' ', a.slice(shown, last.toA + after)));
  const [one, other] = [
    rangeText(first.fromA - before, last.toA + after),
    rangeText(first.fromB - before, last.toB + after),
  ];
  return `@@ -${one} +${other} @@\n${lines.join('')}`;
}

const marked = (mark: string, lines: readonly string[]): readonly string[] => lines.map(line => `${mark}${line}\n`);

/** Of one line its number alone is told, of none the one before. */
function rangeText(from: number, to: number): string {
  const length = to - from;
  if (length === 1) return String(from + 1);
  return `${length === 0 ? from : from + 1},${length}`;
}
