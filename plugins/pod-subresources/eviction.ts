import { propagationPolicyErrors } from '../../src/api/propagation-policy.ts';
import { badRequestError, invalidOptions, isStatusError } from '../../src/api/status-error.ts';
import type { Client, DeleteOptions, Patch } from '../../src/api/client.ts';
import type { ObjectOf } from '../../src/api/resource.ts';
import { timeOf } from '../../src/base/timestamp.ts';
import type { Clock } from '../../src/base/world.ts';
import type { SubresourceHandler } from '../apiserver/contract.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { isPodReady } from '../kinds/core/v1/is-pod-ready.ts';
import { Eviction } from '../kinds/policy/v1/eviction.ts';
import { budgetOf, grantEviction, permitsUnready } from './disruption-grant.ts';
import { ATTEMPTS } from './limits.ts';
import { SUCCESS } from './success.ts';

/** `POST pods/x/eviction`: deletes a pod as its eviction asks, if its disruption budget has room (KEP-85). */
export const evictionHandler = (client: Client, clock: Clock): SubresourceHandler => ({
  resource: 'pods',
  subresource: 'eviction',
  kind: { group: Eviction.group, version: Eviction.version, kind: Eviction.kind },
  verbs: ['create'],
  body: Eviction,
  async create({ body, namespace, name, dryRun }) {
    // The server decoded the body by the schema of Eviction.
    const { metadata, deleteOptions = {} } = body as ObjectOf<typeof Eviction>;
    if (metadata.name !== name) throw badRequestError('name in URL does not match name in Eviction object');
    const { gracePeriodSeconds, preconditions, propagationPolicy: policy, dryRun: dryRuns = [] } = deleteOptions;
    const errors = policy === undefined ? [] : propagationPolicyErrors(policy);
    if (errors.length > 0) throw invalidOptions('DeleteOptions', errors);
    const options: DeleteOptions = {
      dryRun: dryRun || dryRuns.includes('All'),
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
      ...(preconditions === undefined ? {} : { preconditions }),
    };
    for (let attempt = 1; ; attempt++) {
      const pod = await client.get(Pod, { namespace, name });
      try {
        await evict(client, clock, pod, options);
        return SUCCESS;
      } catch (error) {
        const isRace = isStatusError(error, 'Conflict') && preconditions?.resourceVersion === undefined;
        if (!isRace || attempt === ATTEMPTS) throw error;
      }
    }
  },
});

/** Marks the pod and deletes it. `Conflict`: the pod is no longer the one that was decided of. */
async function evict(client: Client, clock: Clock, pod: Pod, options: DeleteOptions): Promise<void> {
  const key = { name: pod.metadata.name, namespace: pod.metadata.namespace ?? '' };
  const isDryRun = options.dryRun === true;
  const holdsAsSeen = await mayGo(client, clock, pod, isDryRun);
  const revision = options.preconditions?.resourceVersion;
  // Another is refused by the deletion, in its words, before anything of the pod is changed.
  if (revision !== undefined && revision !== pod.metadata.resourceVersion) return client.delete(Pod, key, options);
  const wanted = revision ?? (holdsAsSeen ? pod.metadata.resourceVersion : undefined);
  if (isDryRun) return client.delete(Pod, key, withRevision(options, wanted));
  const marked = await client.patch(Pod, key, targetPatch(clock.now(), wanted), { subresource: 'status' });
  await client.delete(Pod, key, withRevision(options, wanted && marked.metadata.resourceVersion));
}

/** Takes a disruption from the pod's budget where it needs one. True: what was decided holds for this very state of the pod. */
async function mayGo(client: Client, clock: Clock, pod: Pod, isDryRun: boolean): Promise<boolean> {
  if (servesNobody(pod)) return true;
  const budget = await budgetOf(client, pod);
  if (budget === undefined) return false;
  if (!isPodReady(pod) && permitsUnready(budget)) return true;
  await grantEviction(client, clock, budget, pod, isDryRun);
  return false;
}

/** It has ended, has not begun, or is on its way out. */
const servesNobody = ({ metadata, status: { phase } }: Pod): boolean =>
  phase === 'Succeeded' || phase === 'Failed' || phase === 'Pending' || metadata.deletionTimestamp !== undefined;

const withRevision = (options: DeleteOptions, resourceVersion: string | undefined): DeleteOptions =>
  resourceVersion === undefined
    ? options
    : { ...options, preconditions: { ...options.preconditions, resourceVersion } };

function targetPatch(nowMs: number, resourceVersion: string | undefined): Patch {
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
    lastTransitionTime: timeOf(nowMs),
  };
  const metadata = resourceVersion === undefined ? {} : { metadata: { resourceVersion } };
  return { type: 'strategic', body: { ...metadata, status: { conditions: [condition] } } };
}
