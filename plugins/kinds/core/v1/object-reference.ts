import { type Stored, object, string } from '../../../../src/schema/schema.ts';

export const objectReference = object({
  kind: string().omitEmpty().at(1),
  namespace: string().omitEmpty().at(2),
  name: string().omitEmpty().at(3),
  uid: string().omitEmpty().at(4),
  apiVersion: string().omitEmpty().at(5),
  resourceVersion: string().omitEmpty().at(6),
  fieldPath: string().omitEmpty().at(7),
})
  .named('io.k8s.api.core.v1.ObjectReference')
  .atomic();
export type ObjectReference = Stored<typeof objectReference>;
