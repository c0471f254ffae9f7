import { objectFieldSelector, resourceFieldSelector } from './field-selector.ts';
import { configMapKeySelector, secretKeySelector } from './key-selector.ts';
import { localObjectReferenceProps } from './local-object-reference.ts';
import { type Stored, boolean, embedded, object, string } from '../../../../src/schema/schema.ts';

export const fileKeySelector = object({
  volumeName: string().at(1),
  path: string().at(2),
  key: string().at(3),
  optional: boolean().default(false).at(4),
})
  .named('io.k8s.api.core.v1.FileKeySelector')
  .atomic();
export type FileKeySelector = Stored<typeof fileKeySelector>;

export const secretEnvSource = object({
  ...embedded(1, localObjectReferenceProps),
  optional: boolean().optional().at(2),
}).named('io.k8s.api.core.v1.SecretEnvSource');
export type SecretEnvSource = Stored<typeof secretEnvSource>;

export const configMapEnvSource = object({
  ...embedded(1, localObjectReferenceProps),
  optional: boolean().optional().at(2),
}).named('io.k8s.api.core.v1.ConfigMapEnvSource');
export type ConfigMapEnvSource = Stored<typeof configMapEnvSource>;

export const envVarSource = object({
  fieldRef: objectFieldSelector.optional().at(1),
  resourceFieldRef: resourceFieldSelector.optional().at(2),
  configMapKeyRef: configMapKeySelector.optional().at(3),
  secretKeyRef: secretKeySelector.optional().at(4),
  fileKeyRef: fileKeySelector.optional().at(5),
}).named('io.k8s.api.core.v1.EnvVarSource');
export type EnvVarSource = Stored<typeof envVarSource>;

export const envFromSource = object({
  prefix: string().omitEmpty().at(1),
  configMapRef: configMapEnvSource.optional().at(2),
  secretRef: secretEnvSource.optional().at(3),
}).named('io.k8s.api.core.v1.EnvFromSource');
export type EnvFromSource = Stored<typeof envFromSource>;

export const envVar = object({
  name: string().at(1),
  value: string().omitEmpty().at(2),
  valueFrom: envVarSource.optional().at(3),
}).named('io.k8s.api.core.v1.EnvVar');
export type EnvVar = Stored<typeof envVar>;
