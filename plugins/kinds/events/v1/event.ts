import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { eventSource } from '../../core/v1/event-source.ts';
import { objectReference } from '../../core/v1/object-reference.ts';
import { eventSeries } from './event-series.ts';
import { int32, microTime, string, time } from '../../../../src/schema/schema.ts';

export const Event = defineResource({
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  scope: 'Namespaced',
  doc: 'A report of something that happened to an object.',
  openapiName: 'io.k8s.api.events.v1.Event',
  ttlSeconds: 3600,
  columns: [nameColumn, ageColumn],
  fields: {
    eventTime: microTime().doc('When it happened first.').at(2),
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
    deprecatedFirstTimestamp: time().omitEmpty().at(13),
    deprecatedLastTimestamp: time().omitEmpty().at(14),
    deprecatedCount: int32().omitEmpty().at(15),
  },
});
export type Event = ObjectOf<typeof Event>;
