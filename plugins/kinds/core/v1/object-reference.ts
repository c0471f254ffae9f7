import { type Stored, object, string } from '../../../../src/schema/schema.ts';

export const objectReference = object({
  kind: string().omitEmpty().doc('Kind of the object.').at(1),
  namespace: string().omitEmpty().doc('Its namespace.').at(2),
  name: string().omitEmpty().doc('Its name.').at(3),
  uid: string().omitEmpty().doc('Its UID.').at(4),
  apiVersion: string().omitEmpty().doc('Its group and version.').at(5),
  resourceVersion: string().omitEmpty().doc('The version that is meant.').at(6),
  fieldPath: string().omitEmpty().doc('The part that is meant.').at(7),
})
  .named('io.k8s.api.core.v1.ObjectReference')
  .atomic()
  .doc('Names any object.');
export type ObjectReference = Stored<typeof objectReference>;
