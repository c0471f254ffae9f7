import { type Stored, int32, object, string } from '../../../../src/schema/schema.ts';

export const scaleStatus = object({
  replicas: int32().zero().doc('How many there are.').at(1),
  selector: string().omitEmpty().doc('Labels of their pods, as a text.').at(2),
})
  .named('io.k8s.api.autoscaling.v1.ScaleStatus')
  .doc('The replicas there are.');
export type ScaleStatus = Stored<typeof scaleStatus>;

export const scaleSpec = object({
  replicas: int32().whenEmpty(0).tells(0).doc('How many there shall be.').at(1),
})
  .named('io.k8s.api.autoscaling.v1.ScaleSpec')
  .doc('The replicas that are wanted.');
export type ScaleSpec = Stored<typeof scaleSpec>;
