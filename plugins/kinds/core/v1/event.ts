import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { eventSeries, eventSource } from './event-source.ts';
import { objectReference } from './object-reference.ts';
import { int32, microTime, string, time } from '../../../../src/schema/schema.ts';

export const Event = defineResource({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  scope: 'Namespaced',
  doc: 'A report of something that happened to an object.',
  openapiName: 'io.k8s.api.core.v1.Event',
  ttlSeconds: 3600,
  columns: [nameColumn, ageColumn],
  fields: {
    involvedObject: objectReference.zero().at(2),
    reason: string().omitEmpty().at(3),
    message: string().omitEmpty().at(4),
    source: eventSource.present().at(5),
    firstTimestamp: time().omitEmpty().at(6),
    lastTimestamp: time().omitEmpty().at(7),
    count: int32().omitEmpty().at(8),
    type: string().omitEmpty().at(9),
    eventTime: microTime().omitEmpty().at(10),
    series: eventSeries.optional().at(11),
    action: string().omitEmpty().at(12),
    related: objectReference.optional().at(13),
    reportingComponent: string().whenEmpty('').at(14),
    reportingInstance: string().whenEmpty('').at(15),
  },
});
export type Event = ObjectOf<typeof Event>;
