import { type Stored, int32, microTime, object, string } from '../../../../src/schema/schema.ts';

export const eventSeries = object({
  count: int32().omitEmpty().doc('How often.').at(1),
  lastObservedTime: microTime().orNull().doc('When last.').at(2),
})
  .named('io.k8s.api.core.v1.EventSeries')
  .doc('How often something happened again.');
export type EventSeries = Stored<typeof eventSeries>;

export const eventSource = object({
  component: string().omitEmpty().doc('Its name.').at(1),
  host: string().omitEmpty().doc('Its node.').at(2),
})
  .named('io.k8s.api.core.v1.EventSource')
  .doc('Who reports.');
export type EventSource = Stored<typeof eventSource>;
