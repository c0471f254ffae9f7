import { type Stored, int32, microTime, object } from '../../../../src/schema/schema.ts';

export const eventSeries = object({
  count: int32().zero().doc('How often.').at(1),
  lastObservedTime: microTime().orNull().zero().doc('When last.').at(2),
})
  .named('io.k8s.api.events.v1.EventSeries')
  .doc('How often something happened again.');
export type EventSeries = Stored<typeof eventSeries>;
