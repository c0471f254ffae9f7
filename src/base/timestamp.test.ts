import { expect, it } from 'vitest';
import { formatMicroTime, formatTime, microTimeOf, parseTimestamp, timeOf } from './timestamp.ts';
import { must } from './must.ts';

it.each([
  ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000000Z'],
  ['2026-01-02T03:04:05.1234567Z', '2026-01-02T03:04:05Z', '2026-01-02T03:04:05.123456Z'],
  ['2026-01-02T01:00:00+02:00', '2026-01-01T23:00:00Z', '2026-01-01T23:00:00.000000Z'],
])('reads %s', (text, time, micro) => {
  const moment = must(parseTimestamp(text), 'a moment');
  expect([formatTime(moment), formatMicroTime(moment)]).toEqual([time, micro]);
});

it.each([
  '',
  'yesterday',
  '2026-01-02',
  '2026-01-02T03:04:05',
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-01-02T25:00:00Z',
])('refuses %j', text => {
  expect(parseTimestamp(text)).toBeUndefined();
});

it('writes moments of the clock', () => {
  expect(timeOf(1_700_000_000_999)).toBe('2023-11-14T22:13:20Z');
  expect(microTimeOf(1_700_000_000_999)).toBe('2023-11-14T22:13:20.999000Z');
});
