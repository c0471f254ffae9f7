import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { eventColumns } from '../../core/v1/event-columns.ts';
import type { EventObject } from '../../core/v1/event-object.ts';
import { eventSelectableFields } from '../../core/v1/event-selectable-fields.ts';
import { fromCoreEvent, toCoreEvent } from './convert-event.ts';
import { placed } from '../../../../src/api/field-error.ts';
import { validateEvent } from '../../core/v1/validate-event.ts';
import { validateNewEvent, validateEventUpdate } from './validate-event.ts';
import { eventSource } from '../../core/v1/event-source.ts';
import { pathSegmentProblems } from '../../../../src/base/path-segment.ts';
import { objectReference } from '../../core/v1/object-reference.ts';
import { eventSeries } from './event-series.ts';
import { int32, microTime, string, time } from '../../../../src/schema/schema.ts';

const asCore = (event: AnyObject): EventObject => toCoreEvent(event) as EventObject;

const columns = eventColumns.map(column => ({
  ...column,
  value: (event: AnyObject, nowMs: number) => column.value(asCore(event), nowMs),
}));

/** The names of the core's fields, and the few that are called otherwise here. */
const selectableFields = Object.fromEntries(
  Object.entries(eventSelectableFields).flatMap(([name, valueOf]) => {
    const read = (event: AnyObject): string => valueOf(asCore(event));
    const here = name.replace(/^involvedObject/, 'regarding').replace(/^reportingComponent$/, 'reportingController');
    return here === name
      ? [[name, read]]
      : [
          [name, read],
          [here, read],
        ];
  }),
);

export const Event = defineResource({
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  scope: 'Namespaced',
  createdByPut: true,
  doc: 'A report of something that happened to an object.',
  openapiName: 'io.k8s.api.events.v1.Event',
  fields: {
    eventTime: microTime().orNull().zero().doc('When it happened first.').at(2),
    series: eventSeries.optional().doc('How often it happened again.').at(3),
    reportingController: string().omitEmpty().doc('Who reports.').at(4),
    reportingInstance: string().whenEmpty('').doc('Which instance reports.').at(5),
    action: string().omitEmpty().doc('What was done.').at(6),
    reason: string().omitEmpty().doc('Why, in one word.').at(7),
    regarding: objectReference.present().doc('What it is about.').at(8),
    related: objectReference.optional().doc('A second object it is about.').at(9),
    note: string().omitEmpty().doc('What happened, for people.').at(10),
    type: string().omitEmpty().doc('Normal or Warning.').at(11),
    deprecatedSource: eventSource.present().at(12),
    deprecatedFirstTimestamp: time().orNull().doc('When it first happened, of events of the core group.').at(13),
    deprecatedLastTimestamp: time().orNull().doc('When it last happened, of events of the core group.').at(14),
    deprecatedCount: int32().omitEmpty().at(15),
  },
  ttlSeconds: 3600,
  columns,
  selectableFields,
  nameProblems: pathSegmentProblems,
  validate: event => placed('', validateEvent(asCore(event), 'reportingController')),
  validateCreate: event => validateNewEvent(asCore(event)),
  validateUpdate: (event, old) => validateEventUpdate(asCore(event), asCore(old)),
  storedAs: { group: '', version: 'v1', plural: 'events', toStored: toCoreEvent, fromStored: fromCoreEvent },
});
export type Event = ObjectOf<typeof Event>;
