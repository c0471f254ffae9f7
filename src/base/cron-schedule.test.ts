import { describe, expect, it } from 'vitest';
import { nextTimeMs, parseCronSchedule } from './cron-schedule.ts';
import { formatZoned, isTimeZone } from './zoned-time.ts';

function next(schedule: string, after: string, zone = 'UTC', count = 1): readonly string[] {
  const read = parseCronSchedule(schedule, zone);
  if ('problem' in read) return [read.problem];
  const times: string[] = [];
  for (
    let ms = nextTimeMs(read, Date.parse(after));
    ms !== undefined && times.length < count;
    ms = nextTimeMs(read, ms)
  ) {
    times.push(formatZoned(ms, zone));
  }
  return times;
}

describe('a schedule', () => {
  it.each([
    ['* * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00Z'],
    ['* * * * *', '2026-01-01T00:00:59.999Z', '2026-01-01T00:01:00Z'],
    ['0/15 * * * *', '2026-07-09T14:45:00Z', '2026-07-09T15:00:00Z'],
    ['20-35/15 * * * *', '2026-07-09T15:45:00Z', '2026-07-09T16:20:00Z'],
    ['15/35 20-23/2 1/2 * *', '2026-07-09T23:51:00Z', '2026-07-11T20:15:00Z'],
    ['0 0 9 Apr-Oct ?', '2026-07-09T23:35:00Z', '2026-08-09T00:00:00Z'],
    ['0 0 */5 4,8,10 Mon', '2026-07-09T23:35:00Z', '2026-08-01T00:00:00Z'],
    ['0 0 * Feb Mon', '2026-07-09T23:35:00Z', '2027-02-01T00:00:00Z'],
    ['0 0 29 Feb ?', '2026-07-09T23:35:00Z', '2028-02-29T00:00:00Z'],
    ['0 0 1 * 1', '2026-01-02T00:00:00Z', '2026-01-05T00:00:00Z'],
    ['0 0 * * SUN', '2026-01-01T00:00:00Z', '2026-01-04T00:00:00Z'],
    ['59 23 31 12 *', '2026-12-31T23:59:00Z', '2027-12-31T23:59:00Z'],
    ['@hourly', '2026-01-01T00:30:00Z', '2026-01-01T01:00:00Z'],
    ['@weekly', '2026-01-01T00:30:00Z', '2026-01-04T00:00:00Z'],
    ['@monthly', '2026-01-01T00:30:00Z', '2026-02-01T00:00:00Z'],
    ['@yearly', '2026-01-01T00:30:00Z', '2027-01-01T00:00:00Z'],
    ['@every 1h30m', '2026-01-01T00:00:07.5Z', '2026-01-01T01:30:07Z'],
    ['@every 1ms', '2026-01-01T00:00:07Z', '2026-01-01T00:00:08Z'],
    ['TZ=America/New_York 0 12 * * *', '2026-07-09T12:00:00Z', '2026-07-09T16:00:00Z'],
  ])('%s is next due after %s at %s', (schedule, after, expected) => {
    expect(next(schedule, after)).toEqual([expected]);
  });

  it('that fits no day is never due', () => {
    expect(next('59 23 31 2 *', '2026-01-01T00:00:00Z')).toEqual([]);
  });

  // Answered by the original.
  it.each([
    [
      '0 0 * * *',
      '2026-03-08T00:00:00-05:00',
      'America/New_York',
      ['2026-03-09T00:00:00-04:00', '2026-03-10T00:00:00-04:00'],
    ],
    [
      '30 2 * * *',
      '2026-03-07T12:00:00-05:00',
      'America/New_York',
      ['2026-03-09T02:30:00-04:00', '2026-03-10T02:30:00-04:00'],
    ],
    [
      '30 1 * * *',
      '2026-10-31T12:00:00-04:00',
      'America/New_York',
      ['2026-11-01T01:30:00-04:00', '2026-11-01T01:30:00-05:00'],
    ],
    [
      '0 * * * *',
      '2026-11-01T00:30:00-04:00',
      'America/New_York',
      ['2026-11-01T01:00:00-04:00', '2026-11-01T01:00:00-05:00'],
    ],
    [
      '0 0 * * *',
      '2018-11-03T12:00:00-03:00',
      'America/Sao_Paulo',
      ['2018-11-05T00:00:00-02:00', '2018-11-06T00:00:00-02:00'],
    ],
    [
      '15 9 * * *',
      '2026-01-01T00:00:00+05:30',
      'Asia/Kolkata',
      ['2026-01-01T09:15:00+05:30', '2026-01-02T09:15:00+05:30'],
    ],
    [
      '0 3 * * *',
      '2026-03-28T12:00:00+01:00',
      'Europe/Berlin',
      ['2026-03-29T03:00:00+02:00', '2026-03-30T03:00:00+02:00'],
    ],
    [
      '0 0 5 4 *',
      '2026-04-04T12:00:00+11:00',
      'Australia/Sydney',
      ['2026-04-05T00:00:00+11:00', '2027-04-05T00:00:00+10:00'],
    ],
  ])('%s after %s in %s', (schedule, after, zone, expected) => {
    expect(next(schedule, after, zone, 2)).toEqual(expected);
  });

  it.each([
    ['', 'empty spec string'],
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['* * * * * *', 'expected exactly 5 fields, found 6: [* * * * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['* * * * 7', 'end of range (7) above maximum (6): 7'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['*/2/3 * * * *', 'too many slashes: */2/3'],
    ['-1 * * * *', 'failed to parse int from : strconv.Atoi: parsing "": invalid syntax'],
    ['*/-1 * * * *', 'negative number (-1) not allowed: -1'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ['@never', 'unrecognized descriptor: @never'],
    ['@every x', 'failed to parse duration @every x: time: invalid duration "x"'],
    ['TZ=Nowhere * * * * *', 'provided bad location Nowhere: unknown time zone Nowhere'],
    ['TZ=0', 'invalid schedule format: runtime error: slice bounds out of range [:-1]'],
  ])('%j is none: %s', (schedule, problem) => {
    expect(parseCronSchedule(schedule)).toEqual({ problem });
  });
});

it.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Etc/GMT+5', true],
  ['US/Pacific', true],
  ['europe/berlin', false],
  ['+01', false],
  ['Nowhere/At_All', false],
  ['', false],
])('%j is a time zone: %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});
