import { describe, expect, it } from 'vitest';
import { complaints, stored } from '../../testing/complaints.ts';
import { Event as CoreEvent } from '../../core/v1/event.ts';
import { Event } from './event.ts';

const eventTime = '2026-01-01T00:00:00.000000Z';
const regarding = { kind: 'Pod', namespace: 'default', name: 'p' };
const good = {
  eventTime,
  regarding,
  reason: 'Because',
  action: 'Doing',
  type: 'Normal',
  reportingController: 'a.b/c',
  reportingInstance: 'i',
};

describe('an event of the core', () => {
  it.each<[object, readonly string[]]>([
    [{ involvedObject: {} }, []],
    [{ involvedObject: regarding }, []],
    [
      { involvedObject: { namespace: 'other' } },
      ['involvedObject.namespace: Invalid value: "other": does not match event.namespace'],
    ],
    [
      { metadata: { namespace: 'a' }, involvedObject: {} },
      ['involvedObject.namespace: Invalid value: "": does not match event.namespace'],
    ],
    [
      { eventTime, involvedObject: { namespace: 'other' }, reportingComponent: 'a b', action: 'x'.repeat(129) },
      [
        expect.stringContaining('reportingComponent: Invalid value: "a b": name part must consist of'),
        'reportingInstance: Required value',
        'action: Invalid value: "": can have at most 128 characters',
        'reason: Required value',
      ],
    ],
  ])('%j', (parts, errors) => {
    expect(complaints(CoreEvent, parts)).toEqual(errors);
  });

  it('has null for moments that are not known', () => {
    expect(stored(CoreEvent, { series: {} })).toMatchObject({
      eventTime: null,
      firstTimestamp: null,
      lastTimestamp: null,
      series: { lastObservedTime: null },
    });
  });
});

describe('an event of its own group', () => {
  it.each<[object, readonly string[]]>([
    [good, []],
    [
      { regarding, series: { count: 1 }, deprecatedCount: 1, deprecatedSource: { host: 'h' } },
      [
        'series.count: Invalid value: "": should be at least 2',
        'series.lastObservedTime: Required value',
        'eventTime: Required value',
        'type: Invalid value: "": has invalid value: ',
        'count: Invalid value: "": needs to be unset',
        'source: Invalid value: "": needs to be unset',
      ],
    ],
  ])('%j', (parts, errors) => {
    expect(complaints(Event, parts)).toEqual(errors);
  });

  it('changes in its series only', () => {
    const series = { count: 2, lastObservedTime: eventTime };
    expect(complaints(Event, { ...good, series }, good)).toEqual([]);
    expect(complaints(Event, { ...good, note: 'x', regarding: { name: 'p' }, series: { count: 1 } }, good)).toEqual([
      'series.count: Invalid value: "": should be at least 2',
      'series.lastObservedTime: Required value',
      'involvedObject: Invalid value: {"Kind":"","Namespace":"","Name":"p","UID":"","APIVersion":"","ResourceVersion":"","FieldPath":""}: field is immutable',
      'message: Invalid value: "x": field is immutable',
    ]);
  });
});
