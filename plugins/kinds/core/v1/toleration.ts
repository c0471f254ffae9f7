import { type Stored, int64, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const toleration = object({
  key: string().omitEmpty().doc('Key of the taint; empty is any.').at(1),
  operator: oneOf('Equal', 'Exists', 'Lt', 'Gt').byRule().omitEmpty().doc('Equal or Exists.').at(2),
  value: string().omitEmpty().doc('Value of the taint.').at(3),
  effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute')
    .omitEmpty()
    .doc('Effect of the taint; empty is any.')
    .at(4),
  tolerationSeconds: int64().optional().doc('How long it is borne once it evicts.').at(5),
})
  .named('io.k8s.api.core.v1.Toleration')
  .doc('A taint that a pod bears.');
export type Toleration = Stored<typeof toleration>;
