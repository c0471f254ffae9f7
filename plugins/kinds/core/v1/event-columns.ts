import { age, nameColumn, text, wide } from '../../../../src/api/columns.ts';
import type { Column } from '../../../../src/api/resource.ts';
import type { EventObject } from './event-object.ts';

export const eventColumns: readonly Column<EventObject>[] = [
  text('Last Seen', 'Time since it happened last.', lastSeen),
  text('Type', 'Normal or Warning.', ({ type }) => type ?? ''),
  text('Reason', 'Why, in one word.', ({ reason }) => reason ?? ''),
  text('Object', 'What it is about.', ({ involvedObject: { kind = '', name = '' } }) =>
    name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`,
  ),
  wide('Subobject', 'The part it is about.', ({ involvedObject }) => involvedObject.fieldPath ?? ''),
  wide('Source', 'Who reports.', event => {
    const component = event.source.component ?? event.reportingComponent;
    const instance = event.source.host ?? event.reportingInstance;
    return instance === '' ? component : `${component}, ${instance}`;
  }),
  text('Message', 'What happened.', ({ message = '' }) => message.trim()),
  wide('First Seen', 'Time since it happened first.', firstSeen),
  wide('Count', 'How often it happened.', count),
  { ...nameColumn, priority: 1 },
];

function firstSeen({ firstTimestamp, eventTime }: EventObject, nowMs: number): string {
  return age(firstTimestamp ?? eventTime, nowMs);
}

function lastSeen(event: EventObject, nowMs: number): string {
  if (event.series !== undefined) return age(event.series.lastObservedTime, nowMs);
  return event.lastTimestamp === null ? firstSeen(event, nowMs) : age(event.lastTimestamp, nowMs);
}

/** An event that happened once does not count. */
function count(event: EventObject): number {
  return event.series === undefined ? (event.count ?? 1) : (event.series.count ?? 0);
}
