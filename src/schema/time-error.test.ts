import { expect, it } from 'vitest';
import { timeError } from './time-error.ts';

const SECONDS = 'as "2006-01-02T15:04:05Z07:00": cannot parse';
const MICROS = 'as "2006-01-02T15:04:05.000000Z07:00": cannot parse';

it.each([
  ['time', '2026-01-01T00:00:00Z', undefined],
  ['time', '2026-01-01T00:00:00.5+01:00', undefined],
  ['time', '', `${SECONDS} "" as "2006"`],
  ['time', 'now', `${SECONDS} "now" as "2006"`],
  ['time', '2026-01-01', `${SECONDS} "" as "T"`],
  ['time', '2026-01-01 00:00:00Z', `${SECONDS} " 00:00:00Z" as "T"`],
  ['time', '2026-01-01T00:00:00', `${SECONDS} "" as "Z07:00"`],
  ['microTime', '2026-01-01T00:00:00.123456Z', undefined],
  ['microTime', '2026-01-01T00:00:00.123456+01:00', undefined],
  ['microTime', '2026-01-01T00:00:00Z', `${MICROS} "Z" as ".000000"`],
  ['microTime', '2026-01-01T00:00:00.12345Z', `${MICROS} ".12345Z" as ".000000"`],
  ['microTime', '2026-01-01T00:00:00.1234567Z', `${MICROS} "7Z" as "Z07:00"`],
] as const)('%s %j', (kind, text, problem) => {
  expect(timeError(kind, text)).toBe(
    problem === undefined ? undefined : `parsing time ${JSON.stringify(text)} ${problem}`,
  );
});

it.each([
  ['2026-13-01T00:00:00Z', 'month out of range'],
  ['2026-01-01T25:00:00Z', 'hour out of range'],
  ['2026-01-01T00:60:00Z', 'minute out of range'],
  ['2026-02-30T00:00:00Z', 'day out of range'],
  ['2026-01-01T00:00:00Zx', 'extra text: "x"'],
])('%j: %s', (text, problem) => {
  expect(timeError('time', text)).toBe(`parsing time ${JSON.stringify(text)}: ${problem}`);
});
