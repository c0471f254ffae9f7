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
  key: string().doc('The key.').at(1),
  path: string().doc('The file within the volume.').at(2),
  mode: int32().optional().doc('Permission bits of the file.').at(3),
})
  .named('io.k8s.api.core.v1.KeyToPath')
  .doc('A key as a file.');
export type KeyToPath = Stored<typeof keyToPath>;

export const downwardApiVolumeFile = object({
  path: string().byRule().doc('The file within the volume.').at(1),
  fieldRef: objectFieldSelector.optional().doc('The field.').at(2),
  resourceFieldRef: resourceFieldSelector.optional().doc('The resource of a container.').at(3),
  mode: int32().optional().doc('Permission bits of the file.').at(4),
})
  .named('io.k8s.api.core.v1.DownwardAPIVolumeFile')
  .doc('A field of the pod as a file.');
export type DownwardAPIVolumeFile = Stored<typeof downwardApiVolumeFile>;

export const downwardApiVolumeSource = object({
  defaultMode: int32().default(0o644).doc('Permission bits of the files.').at(2),
  items: list(downwardApiVolumeFile).omitEmpty().doc('The files.').at(1),
})
  .named('io.k8s.api.core.v1.DownwardAPIVolumeSource')
  .doc('Fields of the pod as files.');
export type DownwardAPIVolumeSource = Stored<typeof downwardApiVolumeSource>;

export const secretVolumeSource = object({
  secretName: string().omitEmpty().doc('Name of the Secret.').at(1),
  defaultMode: int32().default(0o644).doc('Permission bits of the files.').at(3),
  items: list(keyToPath).omitEmpty().doc('Keys to show; all by default.').at(2),
  optional: boolean().optional().doc('The object or its keys may be missing.').at(4),
})
  .named('io.k8s.api.core.v1.SecretVolumeSource')
  .doc('A Secret as files.');
export type SecretVolumeSource = Stored<typeof secretVolumeSource>;

export const configMapVolumeSource = object({
  ...embedded(1, localObjectReferenceProps, 'LocalObjectReference'),
  defaultMode: int32().default(0o644).doc('Permission bits of the files.').at(3),
  items: list(keyToPath).omitEmpty().doc('Keys to show; all by default.').at(2),
  optional: boolean().optional().doc('The object or its keys may be missing.').at(4),
})
  .named('io.k8s.api.core.v1.ConfigMapVolumeSource')
  .doc('A ConfigMap as files.');
export type ConfigMapVolumeSource = Stored<typeof configMapVolumeSource>;

export const downwardApiProjection = object({
  items: list(downwardApiVolumeFile).omitEmpty().doc('The files.').at(1),
})
  .named('io.k8s.api.core.v1.DownwardAPIProjection')
  .doc('Fields of the pod as files.');
export type DownwardAPIProjection = Stored<typeof downwardApiProjection>;

export const configMapProjection = object({
  ...embedded(1, localObjectReferenceProps, 'LocalObjectReference'),
  items: list(keyToPath).omitEmpty().doc('Keys to show; all by default.').at(2),
  optional: boolean().optional().doc('The object or its keys may be missing.').at(4),
})
  .named('io.k8s.api.core.v1.ConfigMapProjection')
  .doc('A ConfigMap as files.');
export type ConfigMapProjection = Stored<typeof configMapProjection>;

export const secretProjection = object({
  ...embedded(1, localObjectReferenceProps, 'LocalObjectReference'),
  items: list(keyToPath).omitEmpty().doc('Keys to show; all by default.').at(2),
  optional: boolean().optional().doc('The object or its keys may be missing.').at(4),
})
  .named('io.k8s.api.core.v1.SecretProjection')
  .doc('A Secret as files.');
export type SecretProjection = Stored<typeof secretProjection>;

export const podCertificateProjection = object({
  signerName: string().tells(null).at(1),
  keyType: string().byRule().tells(null).at(2),
  maxExpirationSeconds: int32().optional().at(3),
  credentialBundlePath: string().omitEmpty().at(4),
  keyPath: string().omitEmpty().at(5),
  certificateChainPath: string().omitEmpty().at(6),
  userAnnotations: map(string()).omitEmpty().at(7),
})
  .named('io.k8s.api.core.v1.PodCertificateProjection')
  .doc('A key and certificate of the pod as files.');
export type PodCertificateProjection = Stored<typeof podCertificateProjection>;

export const clusterTrustBundleProjection = object({
  name: string().optional().at(1),
  signerName: string().optional().at(2),
  labelSelector: labelSelector.optional().at(3),
  optional: boolean().optional().at(5),
  path: string().at(4),
})
  .named('io.k8s.api.core.v1.ClusterTrustBundleProjection')
  .doc('Certificates of a trust bundle as a file.');
export type ClusterTrustBundleProjection = Stored<typeof clusterTrustBundleProjection>;

export const serviceAccountTokenProjection = object({
  audience: string().omitEmpty().doc('Whom the token is for.').at(1),
  expirationSeconds: int64().default(3600).doc('How long it is valid.').at(2),
  path: string().byRule().doc('The file within the volume.').at(3),
})
  .named('io.k8s.api.core.v1.ServiceAccountTokenProjection')
  .doc('A token of the service account as a file.');
export type ServiceAccountTokenProjection = Stored<typeof serviceAccountTokenProjection>;

export const volumeProjection = object({
  secret: secretProjection.optional().at(1),
  configMap: configMapProjection.optional().at(3),
  downwardAPI: downwardApiProjection.optional().at(2),
  serviceAccountToken: serviceAccountTokenProjection.optional().at(4),
  clusterTrustBundle: clusterTrustBundleProjection.optional().at(5),
  podCertificate: podCertificateProjection.optional().at(6),
})
  .named('io.k8s.api.core.v1.VolumeProjection')
  .doc('One source of a projected volume.');
export type VolumeProjection = Stored<typeof volumeProjection>;

export const projectedVolumeSource = object({
  defaultMode: int32().default(0o644).doc('Permission bits of the files.').at(2),
  sources: list(volumeProjection).omitEmpty().doc('The sources.').at(1),
})
  .named('io.k8s.api.core.v1.ProjectedVolumeSource')
  .doc('Several sources in one volume.');
export type ProjectedVolumeSource = Stored<typeof projectedVolumeSource>;
