import type { Cache } from '../../src/sdk/caches.ts';
import type { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import { claimsOf } from '../kinds/core/v1/pod-claims.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';

/** Whether a volume that one of these pods claims is mounted with this secret. What attaches it is not for the node. */
export function isSecretOfVolume(
  pods: readonly Pod[],
  volumes: Cache<PersistentVolume>,
  secret: { readonly namespace: string; readonly name: string },
): boolean {
  return volumes.list().some(({ spec: { csi, claimRef } }) => {
    const references = [csi?.nodePublishSecretRef, csi?.nodeStageSecretRef, csi?.nodeExpandSecretRef];
    if (!references.some(each => each?.name === secret.name && each.namespace === secret.namespace)) return false;
    return pods.some(
      pod =>
        pod.metadata.namespace === claimRef?.namespace && claimsOf(pod).some(({ name }) => name === claimRef?.name),
    );
  });
}
