import type { Cache } from '../../../src/sdk/caches.ts';
import { matchesNodeSelector } from '../../kinds/core/v1/node-selection.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import type { Misfit, SchedulerFilter } from '../contract.ts';
import { deviceClaimsOf, foreignDeviceClaim } from '../../kinds/resource/v1/pod-device-claims.ts';

const NOT_ALLOCATED: Misfit = { reasons: ['cannot allocate all claims'], isFinal: true };
const ELSEWHERE: Misfit = { reasons: ['resourceclaim not available on the node'], isFinal: true };

/** Pods come where the devices are that their claims were given. Nothing here gives them any: others may. */
export const dynamicResources = (claims: Cache<ResourceClaim>): SchedulerFilter => ({
  name: 'DynamicResources',
  order: 90,
  wakesOn: ['node-added', 'node-changed', 'device-claim-changed'],
  rejects: pod => {
    for (const used of deviceClaimsOf(pod)) {
      const reason = obstacleOf(pod, used.claim, used.isOwn, claims);
      if (reason !== undefined) return reason;
    }
    return undefined;
  },
  prepare: pod => {
    const given = deviceClaimsOf(pod).map(
      ({ claim = '' }) => claims.get(claim, pod.metadata.namespace)?.status.allocation,
    );
    if (given.length === 0) return undefined;
    if (given.includes(undefined)) return () => NOT_ALLOCATED;
    const selectors = given.flatMap(allocation => allocation?.nodeSelector ?? []);
    return node => (selectors.every(selector => matchesNodeSelector(selector, node)) ? undefined : ELSEWHERE);
  },
});

/** What keeps a pod from all nodes, whatever its claims were given. */
function obstacleOf(
  pod: Pod,
  name: string | undefined,
  isOwn: boolean,
  claims: Cache<ResourceClaim>,
): string | undefined {
  const { namespace = '', name: podName } = pod.metadata;
  if (name === undefined) return `pod "${namespace}/${podName}": ResourceClaim not created yet`;
  const claim = claims.get(name, namespace);
  if (claim === undefined) return `could not find ResourceClaim "${namespace}/${name}"`;
  if (claim.metadata.deletionTimestamp !== undefined) return `resourceclaim "${name}" is being deleted`;
  return isOwn ? foreignDeviceClaim(pod, claim) : undefined;
}
