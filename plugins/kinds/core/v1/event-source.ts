import { type Stored, int32, microTime, object, string } from '../../../../src/schema/schema.ts';

export const eventSeries = object({
  count: int32().omitEmpty().at(1),
  lastObservedTime: microTime().omitEmpty().at(2),
}).named('io.k8s.api.core.v1.EventSeries');
export type EventSeries = Stored<typeof eventSeries>;

export const eventSource = object({
  component: string().omitEmpty().at(1),
  host: string().omitEmpty().at(2),
}).named('io.k8s.api.core.v1.EventSource');
export type EventSource = Stored<typeof eventSource>;
