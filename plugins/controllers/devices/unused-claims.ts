import { isStatusError } from '../../../src/api/status-error.ts';
import type { Client, Key } from '../../../src/api/client.ts';
import { defineController, reads } from '../../../src/sdk/controller.ts';
import { controllerOf } from '../../../src/sdk/controller-reference.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { usedDeviceClaimsOf, DEVICES_FINALIZER } from '../../kinds/resource/v1/pod-device-claims.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import { isPodDone, planUpkeep } from './plan-upkeep.ts';

const claimsOf = (pod: Pod): readonly Key[] =>
  usedDeviceClaimsOf(pod).flatMap(({ claim }) =>
    claim === undefined ? [] : [{ namespace: pod.metadata.namespace ?? '', name: claim }],
  );

/** Takes devices back from claims that no pod uses any more, and claims from pods that are done. */
export const unusedClaims = defineController({
  name: 'resource-claim-release',
  primary: ResourceClaim,
  reads: [reads(Pod, claimsOf, (now, before) => isPodDone(now) !== isPodDone(before))],
  writes: [
    ResourceClaim.can('update', 'delete'),
    ResourceClaim.canOn('status', 'update'),
    ResourceClaim.canOn('binding', 'update'),
    // What was told of devices goes when they are given back.
    { apiGroups: [ResourceClaim.group], resources: ['resourceclaims/driver'], verbs: ['arbitrary-node:update'] },
  ],
  async reconcile({ object: claim, caches, client }) {
    const { namespace, name } = claim.metadata;
    const pods = caches.of(Pod);
    const gone = new Set<string>();
    for (const { uid, name: pod, resource, apiGroup = '' } of claim.status.reservedFor ?? []) {
      if (apiGroup !== '' || resource !== 'pods') continue;
      const known = pods.get(pod, namespace) ?? (await podOf(client, { name: pod, namespace: namespace ?? '' }));
      if (known === undefined || known.metadata.uid !== uid || isPodDone(known)) gone.add(uid);
    }
    const owner = controllerOf(claim);
    const isOfPod = owner?.kind === 'Pod' && owner.apiVersion === 'v1';
    const plan = planUpkeep(claim, gone, isOfPod ? pods.get(owner.name, namespace) : undefined);
    let current = claim;
    if (plan.status !== undefined)
      current = await client.updateStatus(ResourceClaim, { ...current, status: plan.status });
    if (plan.isFreed) {
      const finalizers = (current.metadata.finalizers ?? []).filter(each => each !== DEVICES_FINALIZER);
      await client.update(ResourceClaim, { ...current, metadata: { ...current.metadata, finalizers } });
    }
    if (plan.isDeleted) await client.delete(ResourceClaim, { name, namespace: namespace ?? '' });
    return {};
  },
});

/** Asked where the cache does not know it: whoever reserved the claim may have seen it before. */
async function podOf(client: Client, key: Key): Promise<Pod | undefined> {
  try {
    return await client.get(Pod, key);
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return undefined;
    throw error;
  }
}
