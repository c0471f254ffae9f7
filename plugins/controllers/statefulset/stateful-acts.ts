import { messageOf } from '../../../src/base/message-of.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import type { Caches } from '../../../src/sdk/caches.ts';
import type { ControllerClient } from '../../../src/sdk/controller.ts';
import type { StatefulSet } from '../../kinds/apps/v1/stateful-set.ts';
import type { VolumeClaimTemplate } from '../../kinds/apps/v1/stateful-set-spec.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodTemplateSpec } from '../../kinds/core/v1/pod-template-spec.ts';
import { isNamespaceTerminating } from '../pod-acts.ts';
import { hasOtherController, isLeftBy, plannedOwners } from './claim-owners.ts';
import type { Step } from './plan-stateful-set.ts';
import { claimNameOf, hasIdentity, identityLabels, isInRange, podNameOf, statefulPod } from './stateful-identity.ts';

/** What a pass over one set works with. */
export interface StatefulActs {
  readonly set: StatefulSet;
  readonly client: ControllerClient;
  readonly caches: Caches;
  templateOf(this: void, revision: string): PodTemplateSpec;
  event(this: void, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

type Claimed = readonly { readonly template: VolumeClaimTemplate; readonly claim: PersistentVolumeClaim | undefined }[];

function claimsOf({ set, caches }: Pick<StatefulActs, 'set' | 'caches'>, ordinal: number): Claimed {
  const claims = caches.of(PersistentVolumeClaim);
  return (set.spec.volumeClaimTemplates ?? []).map(template => ({
    template,
    claim: claims.get(claimNameOf(set, template, ordinal), set.metadata.namespace),
  }));
}

export function isUnsettled(acts: Pick<StatefulActs, 'set' | 'caches'>, pod: Pod, ordinal: number): boolean {
  const { set } = acts;
  const isPending = pod.status.phase === 'Pending';
  return (
    !hasIdentity(set, pod, ordinal) ||
    claimsOf(acts, ordinal).some(({ claim }) =>
      claim === undefined ? isPending : plannedOwners(set, pod, claim, !isInRange(set, ordinal)) !== undefined,
    )
  );
}

export function isBlocked(acts: Pick<StatefulActs, 'set' | 'caches'>, ordinal: number): boolean {
  const { set } = acts;
  if (set.spec.persistentVolumeClaimRetentionPolicy.whenScaled === 'Retain') return false;
  const name = podNameOf(set, ordinal);
  return claimsOf(acts, ordinal).some(({ claim }) => claim !== undefined && isLeftBy(name, claim));
}

/** Carries one step out and tells of it; what fails is told and thrown. */
export async function actOn(acts: StatefulActs, step: Step): Promise<void> {
  switch (step.act) {
    case 'create':
      return createPod(acts, step.ordinal, step.revision);
    case 'settle':
      return settle(acts, step.pod, step.ordinal);
    case 'delete':
      return deletePod(acts, step.pod);
  }
}

async function createPod(acts: StatefulActs, ordinal: number, revision: string): Promise<void> {
  const { set, client } = acts;
  const name = podNameOf(set, ordinal);
  try {
    await createClaims(acts, ordinal);
    const pod = await client.createOwned(Pod, statefulPod(set, acts.templateOf(revision), revision, ordinal));
    await settleOwners(acts, pod, ordinal);
  } catch (error) {
    if (isNamespaceTerminating(error)) return;
    if (!isStatusError(error, 'AlreadyExists')) tell(acts, 'Create', name, error);
    throw error;
  }
  tell(acts, 'Create', name);
}

async function settle(acts: StatefulActs, pod: Pod, ordinal: number): Promise<void> {
  const { set, client } = acts;
  const { name, namespace = '' } = pod.metadata;
  if (pod.status.phase === 'Pending') await createClaims(acts, ordinal);
  const isNamed = hasIdentity(set, pod, ordinal);
  try {
    await settleOwners(acts, pod, ordinal);
    if (isNamed) return;
    const body = { metadata: { labels: identityLabels(set, ordinal) } };
    await client.patch(Pod, { name, namespace }, { type: 'merge', body });
  } catch (error) {
    tell(acts, 'Update', name, error);
    throw error;
  }
  tell(acts, 'Update', name);
}

async function deletePod(acts: StatefulActs, { metadata }: Pod): Promise<void> {
  const { name, namespace = '', uid } = metadata;
  try {
    await acts.client.delete(Pod, { name, namespace }, { preconditions: { uid } });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) {
      tell(acts, 'Delete', name, error);
      throw error;
    }
  }
  tell(acts, 'Delete', name);
}

/** Throws where a claim that is there is on its way out. */
async function createClaims(acts: StatefulActs, ordinal: number): Promise<void> {
  const { set, client, event } = acts;
  const podName = podNameOf(set, ordinal);
  for (const { template, claim } of claimsOf(acts, ordinal)) {
    const name = claimNameOf(set, template, ordinal);
    if (claim?.metadata.deletionTimestamp !== undefined) throw new Error(`pvc ${name} is being deleted`);
    if (claim !== undefined) continue;
    const { annotations, finalizers, labels } = template.metadata;
    const metadata = {
      name,
      namespace: set.metadata.namespace ?? '',
      labels: { ...labels, ...set.spec.selector.matchLabels },
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
    };
    const subject = `Pod ${podName} in StatefulSet ${set.metadata.name}`;
    try {
      await client.create(PersistentVolumeClaim, { metadata, spec: template.spec });
    } catch (error) {
      if (isStatusError(error, 'AlreadyExists')) continue;
      event('Warning', 'FailedCreate', `Create Claim ${name} for ${subject} failed error: ${messageOf(error)}`);
      throw new Error(`failed to create PVC ${name}: ${messageOf(error)}`, { cause: error });
    }
    event('Normal', 'SuccessfulCreate', `Create Claim ${name} ${subject} success`);
  }
}

async function settleOwners(acts: StatefulActs, pod: Pod, ordinal: number): Promise<void> {
  const { set, client, event } = acts;
  for (const { claim } of claimsOf(acts, ordinal)) {
    if (claim === undefined) continue;
    const { name, namespace = '', uid, resourceVersion } = claim.metadata;
    if (hasOtherController(set, pod, claim)) {
      const what = `PersistentVolumeClaim ${name} has a conflicting OwnerReference that acts as a manging controller`;
      event('Warning', 'ConflictingController', `${what}, the retention policy is ignored for this claim`);
    }
    const owners = plannedOwners(set, pod, claim, !isInRange(set, ordinal));
    if (owners === undefined) continue;
    const body = { metadata: { uid, resourceVersion, ownerReferences: owners.length === 0 ? null : owners } };
    await client.patch(PersistentVolumeClaim, { name, namespace }, { type: 'merge', body });
  }
}

function tell({ set, event }: StatefulActs, verb: 'Create' | 'Update' | 'Delete', pod: string, error?: unknown): void {
  const subject = `${verb} Pod ${pod} in StatefulSet ${set.metadata.name}`;
  if (error === undefined) event('Normal', `Successful${verb}`, `${subject} successful`);
  else event('Warning', `Failed${verb}`, `${subject} failed error: ${messageOf(error)}`);
}
