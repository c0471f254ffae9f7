import { type Stored, int64, object, string, time } from '../schema/schema.ts';

export const condition = object({
  type: string().zero().at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().at(2),
  observedGeneration: int64().omitEmpty().at(3),
  lastTransitionTime: time().omitEmpty().at(4),
  reason: string().zero().at(5),
  message: string().zero().at(6),
}).named('io.k8s.apimachinery.pkg.apis.meta.v1.Condition');
export type Condition = Stored<typeof condition>;
