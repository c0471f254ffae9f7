import { objectFieldSelector, resourceFieldSelector } from './field-selector.ts';
import { localObjectReferenceProps } from './local-object-reference.ts';
import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import {
  type Stored,
  boolean,
  embedded,
  int32,
  int64,
  list,
  map,
  object,
  string,
} from '../../../../src/schema/schema.ts';

export const keyToPath = object({
  key: string().at(1),
  path: string().at(2),
  mode: int32().min(0).max(0o777).optional().at(3),
}).named('io.k8s.api.core.v1.KeyToPath');
export type KeyToPath = Stored<typeof keyToPath>;

export const downwardApiVolumeFile = object({
  path: string().at(1),
  fieldRef: objectFieldSelector.optional().at(2),
  resourceFieldRef: resourceFieldSelector.optional().at(3),
  mode: int32().min(0).max(0o777).optional().at(4),
}).named('io.k8s.api.core.v1.DownwardAPIVolumeFile');
export type DownwardAPIVolumeFile = Stored<typeof downwardApiVolumeFile>;

export const downwardApiVolumeSource = object({
  items: list(downwardApiVolumeFile).omitEmpty().at(1),
  defaultMode: int32().min(0).max(0o777).default(0o644).at(2),
}).named('io.k8s.api.core.v1.DownwardAPIVolumeSource');
export type DownwardAPIVolumeSource = Stored<typeof downwardApiVolumeSource>;

export const secretVolumeSource = object({
  secretName: string().omitEmpty().at(1),
  items: list(keyToPath).omitEmpty().at(2),
  defaultMode: int32().min(0).max(0o777).default(0o644).at(3),
  optional: boolean().optional().at(4),
}).named('io.k8s.api.core.v1.SecretVolumeSource');
export type SecretVolumeSource = Stored<typeof secretVolumeSource>;

export const configMapVolumeSource = object({
  ...embedded(1, localObjectReferenceProps),
  items: list(keyToPath).omitEmpty().at(2),
  defaultMode: int32().min(0).max(0o777).default(0o644).at(3),
  optional: boolean().optional().at(4),
}).named('io.k8s.api.core.v1.ConfigMapVolumeSource');
export type ConfigMapVolumeSource = Stored<typeof configMapVolumeSource>;

export const downwardApiProjection = object({
  items: list(downwardApiVolumeFile).omitEmpty().at(1),
}).named('io.k8s.api.core.v1.DownwardAPIProjection');
export type DownwardAPIProjection = Stored<typeof downwardApiProjection>;

export const configMapProjection = object({
  ...embedded(1, localObjectReferenceProps),
  items: list(keyToPath).omitEmpty().at(2),
  optional: boolean().optional().at(4),
}).named('io.k8s.api.core.v1.ConfigMapProjection');
export type ConfigMapProjection = Stored<typeof configMapProjection>;

export const secretProjection = object({
  ...embedded(1, localObjectReferenceProps),
  items: list(keyToPath).omitEmpty().at(2),
  optional: boolean().optional().at(4),
}).named('io.k8s.api.core.v1.SecretProjection');
export type SecretProjection = Stored<typeof secretProjection>;

export const podCertificateProjection = object({
  signerName: string().omitEmpty().at(1),
  keyType: string().omitEmpty().at(2),
  maxExpirationSeconds: int32().optional().at(3),
  credentialBundlePath: string().omitEmpty().at(4),
  keyPath: string().omitEmpty().at(5),
  certificateChainPath: string().omitEmpty().at(6),
  userAnnotations: map(string()).omitEmpty().at(7),
}).named('io.k8s.api.core.v1.PodCertificateProjection');
export type PodCertificateProjection = Stored<typeof podCertificateProjection>;

export const clusterTrustBundleProjection = object({
  name: string().optional().at(1),
  signerName: string().optional().at(2),
  labelSelector: labelSelector.optional().at(3),
  optional: boolean().optional().at(5),
  path: string().at(4),
}).named('io.k8s.api.core.v1.ClusterTrustBundleProjection');
export type ClusterTrustBundleProjection = Stored<typeof clusterTrustBundleProjection>;

export const serviceAccountTokenProjection = object({
  audience: string().omitEmpty().at(1),
  expirationSeconds: int64().default(3600).at(2),
  path: string().at(3),
}).named('io.k8s.api.core.v1.ServiceAccountTokenProjection');
export type ServiceAccountTokenProjection = Stored<typeof serviceAccountTokenProjection>;

export const volumeProjection = object({
  secret: secretProjection.optional().at(1),
  downwardAPI: downwardApiProjection.optional().at(2),
  configMap: configMapProjection.optional().at(3),
  serviceAccountToken: serviceAccountTokenProjection.optional().at(4),
  clusterTrustBundle: clusterTrustBundleProjection.optional().at(5),
  podCertificate: podCertificateProjection.optional().at(6),
}).named('io.k8s.api.core.v1.VolumeProjection');
export type VolumeProjection = Stored<typeof volumeProjection>;

export const projectedVolumeSource = object({
  sources: list(volumeProjection).omitEmpty().at(1),
  defaultMode: int32().min(0).max(0o777).default(0o644).at(2),
}).named('io.k8s.api.core.v1.ProjectedVolumeSource');
export type ProjectedVolumeSource = Stored<typeof projectedVolumeSource>;
