import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import type { ControllerClient } from '../../../src/sdk/controller.ts';
import { controllerOf } from '../../../src/sdk/controller-reference.ts';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../kinds/apps/v1/replica-set.ts';
import type { Resize } from './plan-scale.ts';
import {
  annotationsOfExistingSet,
  annotationsOfNewSet,
  HASH_LABEL,
  isSameTemplate,
  newestRevision,
  replicasAnnotations,
  REVISION,
  revisionOf,
  setsToForget,
} from './revision.ts';
import { newSetSize } from './rollout-size.ts';
import { HashCollision } from '../hash-collision.ts';
import { templateHash } from '../template-hash.ts';

/** What a pass over a deployment does to its sets. Every function answers the sets as they then are. */
export interface RolloutActs {
  readonly deployment: Deployment;
  readonly client: ControllerClient;
  event(this: void, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/** Brings the annotations and `minReadySeconds` of the set with the current template up to date. */
export async function refreshNewSet(
  { deployment, client }: RolloutActs,
  set: ReplicaSet,
  oldSets: readonly ReplicaSet[],
): Promise<ReplicaSet> {
  const annotations = annotationsOfExistingSet(deployment, set, newestRevision(oldSets) + 1n);
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  const isCurrent =
    isDeepEqual(annotations, set.metadata.annotations ?? {}) && (set.spec.minReadySeconds ?? 0) === minReadySeconds;
  if (isCurrent) return set;
  return client.update(ReplicaSet, {
    ...set,
    metadata: { ...set.metadata, annotations },
    spec: { ...set.spec, minReadySeconds },
  });
}

/** Throws `HashCollision`; answers whether the set is newly made. */
export async function createNewSet(
  acts: RolloutActs,
  oldSets: readonly ReplicaSet[],
): Promise<{ readonly set: ReplicaSet; readonly isNew: boolean }> {
  const { deployment, client, event } = acts;
  const { selector, template, minReadySeconds } = deployment.spec;
  const hash = templateHash(template, deployment.status.collisionCount);
  const name = `${deployment.metadata.name}-${hash}`;
  const labels = { ...template.metadata.labels, [HASH_LABEL]: hash };
  const replicas = newSetSize(deployment, oldSets, 0);
  try {
    const set = await client.createOwned(ReplicaSet, {
      metadata: { name, labels, annotations: annotationsOfNewSet(deployment, newestRevision(oldSets) + 1n) },
      spec: {
        replicas,
        ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    });
    if (replicas > 0) event('Normal', 'ScalingReplicaSet', `Scaled up replica set ${name} from 0 to ${replicas}`);
    return { set, isNew: true };
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error;
    return { set: await ownSetNamed(acts, name, error), isNew: false };
  }
}

/** The set of that name, if it is this deployment's and has its template: the caches are behind. */
async function ownSetNamed({ deployment, client }: RolloutActs, name: string, cause: unknown): Promise<ReplicaSet> {
  const set = await client.get(ReplicaSet, { name, namespace: deployment.metadata.namespace ?? '' });
  const isOwn =
    controllerOf(set)?.uid === deployment.metadata.uid && isSameTemplate(set.spec.template, deployment.spec.template);
  if (!isOwn) throw new HashCollision(`replica set "${name}" already exists with another template`, { cause });
  return set;
}

/** Carries `sizes` out, saying so where the size changes; answers all of `sets` as they then are. */
export async function resizeSets(
  { deployment, client, event }: RolloutActs,
  sets: readonly ReplicaSet[],
  sizes: readonly Resize[],
): Promise<readonly ReplicaSet[]> {
  const updated = new Map<string, ReplicaSet>();
  for (const { set, replicas } of sizes) {
    const annotations = { ...set.metadata.annotations, ...replicasAnnotations(deployment) };
    const before = set.spec.replicas;
    if (replicas === before && isDeepEqual(annotations, set.metadata.annotations)) continue;
    const written = await client.update(ReplicaSet, {
      ...set,
      metadata: { ...set.metadata, annotations },
      spec: { ...set.spec, replicas },
    });
    updated.set(set.metadata.uid, written);
    if (replicas === before) continue;
    const direction = replicas > before ? 'up' : 'down';
    const { name } = set.metadata;
    event('Normal', 'ScalingReplicaSet', `Scaled ${direction} replica set ${name} from ${before} to ${replicas}`);
  }
  return sets.map(set => updated.get(set.metadata.uid) ?? set);
}

export async function forgetOldSets({ deployment, client }: RolloutActs, old: readonly ReplicaSet[]): Promise<void> {
  for (const { metadata } of setsToForget(deployment, old)) {
    const { name, namespace = '', uid } = metadata;
    try {
      await client.delete(ReplicaSet, { name, namespace }, { preconditions: { uid } });
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  }
}

/** `kubectl rollout history` reads the deployment's revision from itself. */
export async function showRevision({ deployment, client }: RolloutActs, newSet: ReplicaSet): Promise<void> {
  const revision = revisionOf(newSet);
  if (revision === 0n || revisionOf(deployment) === revision) return;
  const { name, namespace = '' } = deployment.metadata;
  await client.patch(
    Deployment,
    { name, namespace },
    { type: 'merge', body: { metadata: { annotations: { [REVISION]: String(revision) } } } },
  );
}
