import { expect, it } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

const lines = (text: string): string => text.replaceAll(' ', '\n');
const counted = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index)).join(' ');

/** As Python's difflib.unified_diff, which go-difflib follows, tells them without its two lines of names. */
it.each([
  ['a b c', 'a b c', ''],
  ['a b c', 'a x c', '@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n'],
  ['a', 'b', '@@ -1 +1 @@\n-a\n+b\n'],
  ['a b', 'a b c', '@@ -1,2 +1,3 @@\n a\n b\n+c\n'],
  ['a b c', 'b c', '@@ -1,3 +1,2 @@\n-a\n b\n c\n'],
  // Three lines of context, and no more.
  [counted(1, 9), counted(1, 9).replace('5', 'x'), '@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n'],
  // Changes six lines apart share a hunk, further ones do not.
  [
    counted(1, 8),
    counted(1, 8).replace('1', 'x').replace('8', 'y'),
    '@@ -1,8 +1,8 @@\n-1\n+x\n 2\n 3\n 4\n 5\n 6\n 7\n-8\n+y\n',
  ],
  [
    counted(1, 9),
    counted(1, 9).replace('1', 'x').replace('9', 'y'),
    '@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n 4\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+y\n',
  ],
  // The longest run comes first, and of those the first.
  ['a b', 'a c a b', '@@ -1,2 +1,4 @@\n+a\n+c\n a\n b\n'],
  ['q a b x c d', 'a b y c d f', '@@ -1,6 +1,6 @@\n-q\n a\n b\n-x\n+y\n c\n d\n+f\n'],
])('tells how %j became %j', (a, b, told) => {
  expect(unifiedDiff(lines(a), lines(b))).toBe(told);
});

it('starts no run at lines that stand all over a long text', () => {
  // 200 lines of which `{` is every second: a run is found by the others, and grows over it.
  const text = Array.from({ length: 100 }, (_, index) => `{\n${index}`).join('\n');
  expect(unifiedDiff(text, text.replace('{\n50\n', '{\nx\n'))).toBe(
    '@@ -99,7 +99,7 @@\n {\n 49\n {\n-50\n+x\n {\n 51\n {\n',
  );
});

it('compares no longer than it may, and tells what it did not compare as changed', () => {
  const lines = Array.from({ length: 60_000 }, (_, index) => `a${index % 601}`);
  const told = unifiedDiff(['first', ...lines].join('\n'), ['first', ...lines.toReversed()].join('\n'));
  expect(told.match(/^@@/gm)).toHaveLength(1);
});
