import { type Stored, int32, object, string } from '../../../../src/schema/schema.ts';

export const scaleStatus = object({
  replicas: int32().zero().at(1),
  selector: string().omitEmpty().at(2),
}).named('io.k8s.api.autoscaling.v1.ScaleStatus');
export type ScaleStatus = Stored<typeof scaleStatus>;

export const scaleSpec = object({
  replicas: int32().whenEmpty(0).at(1),
}).named('io.k8s.api.autoscaling.v1.ScaleSpec');
export type ScaleSpec = Stored<typeof scaleSpec>;
