import { localObjectReferenceProps } from './local-object-reference.ts';
import { type Stored, boolean, embedded, object, string } from '../../../../src/schema/schema.ts';

export const configMapKeySelector = object({
  ...embedded(1, localObjectReferenceProps, 'LocalObjectReference'),
  key: string().doc('The key.').at(2),
  optional: boolean().optional().doc('The ConfigMap or key may be missing.').at(3),
})
  .named('io.k8s.api.core.v1.ConfigMapKeySelector')
  .atomic()
  .doc('A key of a ConfigMap.');
export type ConfigMapKeySelector = Stored<typeof configMapKeySelector>;

export const secretKeySelector = object({
  ...embedded(1, localObjectReferenceProps, 'LocalObjectReference'),
  key: string().doc('The key.').at(2),
  optional: boolean().optional().doc('The Secret or key may be missing.').at(3),
})
  .named('io.k8s.api.core.v1.SecretKeySelector')
  .atomic()
  .doc('A key of a Secret.');
export type SecretKeySelector = Stored<typeof secretKeySelector>;
