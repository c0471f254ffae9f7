import { expect, it } from 'vitest';
import { goDurationMs, goDurationProblem } from './go-duration.ts';

it.each([
  '0',
  '+0',
  '-0',
  '1s',
  '-1s',
  '1.5h',
  '.5s',
  '1.s',
  '1h1m1s1ms1us1ns',
  '1µs',
  '1μs',
  '9223372036854775807ns',
  '100h',
])('%s is a duration', text => {
  expect(goDurationProblem(text)).toBeUndefined();
});

it.each([
  ['', 'time: invalid duration ""'],
  ['-', 'time: invalid duration "-"'],
  ['.', 'time: invalid duration "."'],
  ['.s', 'time: invalid duration ".s"'],
  ['abc', 'time: invalid duration "abc"'],
  ['--1s', 'time: invalid duration "--1s"'],
  ['5', 'time: missing unit in duration "5"'],
  ['1s5', 'time: missing unit in duration "1s5"'],
  ['5x', 'time: unknown unit "x" in duration "5x"'],
  ['1 s', 'time: unknown unit " s" in duration "1 s"'],
  ['1d', 'time: unknown unit "d" in duration "1d"'],
  ['9999999999h', 'time: invalid duration "9999999999h"'],
])('%j is none', (text, problem) => {
  expect(goDurationProblem(text)).toBe(problem);
});

it('judges a long text in no time', () => {
  expect(goDurationProblem('1'.repeat(1_000_000))).toContain('time: invalid duration "111');
});

it.each([
  ['1h30m', 5_400_000],
  ['-1.5s', -1500],
  ['0', 0],
  ['1us', 0.001],
  ['1', undefined],
])('%s is %s ms', (text, ms) => {
  expect(goDurationMs(text)).toBe(ms);
});
