import { objectFieldSelector, resourceFieldSelector } from './field-selector.ts';
import { configMapKeySelector, secretKeySelector } from './key-selector.ts';
import { localObjectReferenceProps } from './local-object-reference.ts';
import { type Stored, boolean, embedded, object, string } from '../../../../src/schema/schema.ts';

export const fileKeySelector = object({
  key: string().doc('The key within the file.').at(3),
  volumeName: string().doc('Volume that holds the file.').at(1),
  path: string().doc('The file within the volume.').at(2),
  optional: boolean().default(false).doc('The file or key may be missing.').at(4),
})
  .named('io.k8s.api.core.v1.FileKeySelector')
  .atomic()
  .doc('A key of a file of variables.');
export type FileKeySelector = Stored<typeof fileKeySelector>;

export const secretEnvSource = object({
  ...embedded(1, localObjectReferenceProps, 'LocalObjectReference'),
  optional: boolean().optional().doc('It may be missing.').at(2),
})
  .named('io.k8s.api.core.v1.SecretEnvSource')
  .doc('A Secret whose keys become variables.');
export type SecretEnvSource = Stored<typeof secretEnvSource>;

export const configMapEnvSource = object({
  ...embedded(1, localObjectReferenceProps, 'LocalObjectReference'),
  optional: boolean().optional().doc('It may be missing.').at(2),
})
  .named('io.k8s.api.core.v1.ConfigMapEnvSource')
  .doc('A ConfigMap whose keys become variables.');
export type ConfigMapEnvSource = Stored<typeof configMapEnvSource>;

export const envVarSource = object({
  fieldRef: objectFieldSelector.optional().doc('A field of the pod.').at(1),
  resourceFieldRef: resourceFieldSelector.optional().doc('A resource of the container.').at(2),
  configMapKeyRef: configMapKeySelector.optional().doc('A key of a ConfigMap.').at(3),
  secretKeyRef: secretKeySelector.optional().doc('A key of a Secret.').at(4),
  fileKeyRef: fileKeySelector.optional().doc('A key of a file in a volume.').at(5),
})
  .named('io.k8s.api.core.v1.EnvVarSource')
  .doc('Where the value of a variable comes from.');
export type EnvVarSource = Stored<typeof envVarSource>;

export const envFromSource = object({
  prefix: string().omitEmpty().doc('Put before each name.').at(1),
  configMapRef: configMapEnvSource.optional().doc('The ConfigMap.').at(2),
  secretRef: secretEnvSource.optional().doc('The Secret.').at(3),
})
  .named('io.k8s.api.core.v1.EnvFromSource')
  .doc('All keys of an object as variables.');
export type EnvFromSource = Stored<typeof envFromSource>;

export const envVar = object({
  name: string().doc('Name of the variable.').at(1),
  value: string().omitEmpty().doc('Its value; $(NAME) expands earlier variables.').at(2),
  valueFrom: envVarSource.optional().doc('Where its value comes from.').at(3),
})
  .named('io.k8s.api.core.v1.EnvVar')
  .doc('A variable of the environment.');
export type EnvVar = Stored<typeof envVar>;
