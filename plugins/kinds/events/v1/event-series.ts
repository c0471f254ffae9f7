import { type Stored, int32, microTime, object } from '../../../../src/schema/schema.ts';

export const eventSeries = object({
  count: int32().zero().at(1),
  lastObservedTime: microTime().at(2),
}).named('io.k8s.api.events.v1.EventSeries');
export type EventSeries = Stored<typeof eventSeries>;
