import { messageOf } from '../../../src/base/message-of.ts';
import type { Key } from '../../../src/api/client.ts';
import type { CacheIndex } from '../../../src/sdk/caches.ts';
import { defineController, reads, type ReconcileContext } from '../../../src/sdk/controller.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodResourceClaim } from '../../kinds/core/v1/pod-spec.ts';
import {
  canBeReserved,
  deviceClaimsOf,
  foreignDeviceClaim,
  isReservedFor,
  podConsumer,
} from '../../kinds/resource/v1/pod-device-claims.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import { ResourceClaimTemplate } from '../../kinds/resource/v1/resource-claim-template.ts';
import { isTerminating } from '../pod-facts.ts';
import { claimFromTemplate, neededClaim } from './needed-claim.ts';

const BY_TEMPLATE: CacheIndex<Pod> = {
  name: 'devices/template',
  keysOf: ({ metadata, spec }) =>
    (spec.resourceClaims ?? []).flatMap(({ resourceClaimTemplateName: template }) =>
      template === undefined ? [] : [`${metadata.namespace ?? ''}/${template}`],
    ),
};

/** Pods that somebody bound without the scheduler: those have nobody else who reserves claims for them. */
const BOUND_BY_CLAIM: CacheIndex<Pod> = {
  name: 'devices/bound-by-claim',
  keysOf: pod =>
    (pod.spec.nodeName ?? '') === ''
      ? []
      : deviceClaimsOf(pod).flatMap(({ claim }) =>
          claim === undefined ? [] : [`${pod.metadata.namespace ?? ''}/${claim}`],
        ),
};

const keyOf = ({ metadata: { namespace = '', name } }: Pod): Key => ({ namespace, name });
const pathOf = ({ namespace = '', name }: Key): string => `${namespace}/${name}`;

type Owned = { readonly claims: typeof ResourceClaim };
type Pass = ReconcileContext<typeof Pod, Owned>;

/** Makes the claims that pods have from templates; each goes with its pod, which owns it. */
export const claimsOfPods = defineController<typeof Pod, Owned>({
  name: 'resource-claim-controller',
  primary: Pod,
  owned: { claims: ResourceClaim },
  reads: [
    reads(ResourceClaimTemplate, ({ metadata }, caches) =>
      caches.of(Pod).indexed(BY_TEMPLATE, pathOf(metadata)).map(keyOf),
    ),
    reads(ResourceClaim, ({ metadata }, caches) => caches.of(Pod).indexed(BOUND_BY_CLAIM, pathOf(metadata)).map(keyOf)),
  ],
  writes: [
    ResourceClaim.can('create'),
    ResourceClaim.canOn('status', 'update'),
    ResourceClaim.canOn('binding', 'update'),
    Pod.canOn('status', 'patch'),
  ],
  concerns: pod => !isTerminating(pod) && (pod.spec.resourceClaims ?? []).length > 0,
  async reconcile(pass) {
    const { object: pod, client } = pass;
    const named: { readonly name: string; readonly resourceClaimName: string }[] = [];
    for (const wanted of pod.spec.resourceClaims ?? []) {
      const resourceClaimName = await claimFor(wanted, pass);
      if (resourceClaimName !== undefined) named.push({ name: wanted.name, resourceClaimName });
    }
    if (named.length > 0) {
      const body = { metadata: { uid: pod.metadata.uid }, status: { resourceClaimStatuses: named } };
      await client.patch(Pod, keyOf(pod), { type: 'strategic', body }, { subresource: 'status' });
    }
    if ((pod.spec.nodeName ?? '') !== '') await reserveAll(pass);
    return {};
  },
});

/** The name of a claim that the pod does not name yet. */
async function claimFor(wanted: PodResourceClaim, pass: Pass): Promise<string | undefined> {
  const { object: pod, owned, caches, client, event } = pass;
  const { namespace } = pod.metadata;
  try {
    const need = neededClaim(pod, wanted, name => caches.of(ResourceClaim).get(name, namespace), owned.claims);
    if (need.type === 'nothing') return undefined;
    if (need.type === 'made') return need.name;
    const template = caches.of(ResourceClaimTemplate).get(need.template, namespace);
    if (template === undefined)
      throw new Error(
        `resource claim template ${JSON.stringify(need.template)}: resourceclaimtemplate.resource.k8s.io ${JSON.stringify(need.template)} not found`,
      );
    const claim = claimFromTemplate(pod, wanted.name, template);
    const made = await client.createOwned(ResourceClaim, claim).catch((error: unknown) => {
      throw new Error(`create ResourceClaim : ${messageOf(error)}`, { cause: error });
    });
    return made.metadata.name;
  } catch (error) {
    const reason = `PodResourceClaim ${wanted.name}: ${messageOf(error)}`;
    event('Warning', 'FailedResourceClaimCreation', reason);
    throw new Error(`pod ${pathOf(keyOf(pod))}, ${reason}`, { cause: error });
  }
}

/** Of a pod that came to its node without the scheduler, which otherwise does it. */
async function reserveAll({ object: pod, caches, client }: Pass): Promise<void> {
  for (const { claim: name, isOwn } of deviceClaimsOf(pod)) {
    const claim = name === undefined ? undefined : caches.of(ResourceClaim).get(name, pod.metadata.namespace);
    if (claim === undefined) return;
    const problem = isOwn ? foreignDeviceClaim(pod, claim) : undefined;
    if (problem !== undefined) throw new Error(problem);
    const { status } = claim;
    const isDue = status.allocation !== undefined && !isReservedFor(status, pod.metadata.uid) && canBeReserved(status);
    if (!isDue || pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') continue;
    const reservedFor = [...(status.reservedFor ?? []), podConsumer(pod)];
    await client.updateStatus(ResourceClaim, { ...claim, status: { ...status, reservedFor } });
  }
}
