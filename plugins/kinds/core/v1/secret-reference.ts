import { type Stored, object, string } from '../../../../src/schema/schema.ts';

export const secretReference = object({
  name: string().omitEmpty().doc('Its name.').at(1),
  namespace: string().omitEmpty().doc('Its namespace.').at(2),
})
  .named('io.k8s.api.core.v1.SecretReference')
  .atomic()
  .doc('Names a Secret in any namespace.');
export type SecretReference = Stored<typeof secretReference>;
