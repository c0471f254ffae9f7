import { eventSelectableFields } from './event-selectable-fields.ts';
import { eventColumns } from './event-columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { eventSeries, eventSource } from './event-source.ts';
import { pathSegmentProblems } from '../../../../src/base/path-segment.ts';
import { placed } from '../../../../src/api/field-error.ts';
import { validateEvent } from './validate-event.ts';
import { objectReference } from './object-reference.ts';
import { int32, microTime, string, time } from '../../../../src/schema/schema.ts';

export const Event = defineResource({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  scope: 'Namespaced',
  createdByPut: true,
  doc: 'A report of something that happened to an object.',
  openapiName: 'io.k8s.api.core.v1.Event',
  fields: {
    involvedObject: objectReference.zero().doc('What it is about.').at(2),
    reason: string().omitEmpty().doc('Why, in one word.').at(3),
    message: string().omitEmpty().doc('What happened, for people.').at(4),
    source: eventSource.present().doc('Who reports.').at(5),
    firstTimestamp: time().orNull().doc('When it happened first.').at(6),
    lastTimestamp: time().orNull().doc('When it happened last.').at(7),
    count: int32().omitEmpty().doc('How often it happened.').at(8),
    type: string().omitEmpty().doc('Normal or Warning.').at(9),
    eventTime: microTime().orNull().doc('When it happened first.').at(10),
    series: eventSeries.optional().doc('How often it happened again.').at(11),
    action: string().omitEmpty().doc('What was done.').at(12),
    related: objectReference.optional().doc('A second object it is about.').at(13),
    reportingComponent: string().whenEmpty('').tells('').doc('Who reports.').at(14),
    reportingInstance: string().whenEmpty('').tells('').doc('Which instance reports.').at(15),
  },
  ttlSeconds: 3600,
  columns: eventColumns,
  selectableFields: eventSelectableFields,
  nameProblems: pathSegmentProblems,
  validate: event => placed('', validateEvent(event, 'reportingComponent')),
});
export type Event = ObjectOf<typeof Event>;
