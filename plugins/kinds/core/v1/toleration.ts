import { type Stored, int64, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const toleration = object({
  key: string().omitEmpty().at(1),
  operator: oneOf('Exists', 'Equal', 'Lt', 'Gt').omitEmpty().at(2),
  value: string().omitEmpty().at(3),
  effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute').omitEmpty().at(4),
  tolerationSeconds: int64().optional().at(5),
}).named('io.k8s.api.core.v1.Toleration');
export type Toleration = Stored<typeof toleration>;
