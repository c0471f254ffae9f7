import { localObjectReferenceProps } from './local-object-reference.ts';
import { type Stored, boolean, embedded, object, string } from '../../../../src/schema/schema.ts';

export const configMapKeySelector = object({
  ...embedded(1, localObjectReferenceProps),
  key: string().at(2),
  optional: boolean().optional().at(3),
})
  .named('io.k8s.api.core.v1.ConfigMapKeySelector')
  .atomic();
export type ConfigMapKeySelector = Stored<typeof configMapKeySelector>;

export const secretKeySelector = object({
  ...embedded(1, localObjectReferenceProps),
  key: string().at(2),
  optional: boolean().optional().at(3),
})
  .named('io.k8s.api.core.v1.SecretKeySelector')
  .atomic();
export type SecretKeySelector = Stored<typeof secretKeySelector>;
