import { claimsOf } from '../kinds/core/v1/pod-claims.ts';
import { usedDeviceClaimsOf } from '../kinds/resource/v1/pod-device-claims.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';

export type ReferencedKind = 'secrets' | 'configmaps' | 'persistentvolumeclaims' | 'resourceclaims' | 'serviceaccounts';

/** Whether a pod needs this object of its namespace, so that the pod's node may read it. */
export function refersTo(pod: Pod, kind: ReferencedKind, name: string): boolean {
  for (const [referenced, of] of references(pod)) if (referenced === kind && of === name) return true;
  return false;
}

/** Whether a pod needs any object of this kind. */
export function refersToAny(pod: Pod, kind: ReferencedKind): boolean {
  for (const [referenced, name] of references(pod)) if (referenced === kind && (name ?? '') !== '') return true;
  return false;
}

type Reference = readonly [kind: ReferencedKind, name: string | undefined];

function* references({ metadata, spec, status }: Pod): Generator<Reference> {
  yield ['serviceaccounts', spec.serviceAccountName];
  for (const { name } of spec.imagePullSecrets ?? []) yield ['secrets', name];
  const containers = [...spec.containers, ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])];
  for (const { env = [], envFrom = [] } of containers) {
    for (const { valueFrom } of env) {
      yield ['secrets', valueFrom?.secretKeyRef?.name];
      yield ['configmaps', valueFrom?.configMapKeyRef?.name];
    }
    for (const { secretRef, configMapRef } of envFrom) {
      yield ['secrets', secretRef?.name];
      yield ['configmaps', configMapRef?.name];
    }
  }
  for (const { name } of claimsOf({ metadata, spec })) yield ['persistentvolumeclaims', name];
  for (const { claim } of usedDeviceClaimsOf({ metadata, spec, status })) yield ['resourceclaims', claim];
  for (const volume of spec.volumes ?? []) yield* volumeReferences(volume);
}

type Volume = NonNullable<Pod['spec']['volumes']>[number];

function* volumeReferences(volume: Volume): Generator<Reference> {
  yield ['secrets', volume.secret?.secretName];
  yield ['configmaps', volume.configMap?.name];
  for (const { secret, configMap } of volume.projected?.sources ?? []) {
    yield ['secrets', secret?.name];
    yield ['configmaps', configMap?.name];
  }
  // Secrets of kinds of volumes that are not mounted here, as upstream's graph has them.
  yield ['secrets', volume.azureFile?.secretName];
  const parts = [volume.cephfs, volume.cinder, volume.flexVolume, volume.rbd, volume.scaleIO, volume.iscsi];
  for (const part of [...parts, volume.storageos]) yield ['secrets', part?.secretRef?.name];
  yield ['secrets', volume.csi?.nodePublishSecretRef?.name];
}
