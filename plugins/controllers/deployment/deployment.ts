import { messageOf } from '../../../src/base/message-of.ts';
import { labelMatcher } from '../../../src/api/label-selector.ts';
import type { Key } from '../../../src/api/client.ts';
import type { Caches } from '../../../src/sdk/caches.ts';
import { defineController, reads, type Outcome, type ReconcileContext } from '../../../src/sdk/controller.ts';
import { byController, controllerOf } from '../../../src/sdk/controller-reference.ts';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import type { DeploymentCondition, DeploymentStatus } from '../../kinds/apps/v1/deployment-status.ts';
import { ReplicaSet } from '../../kinds/apps/v1/replica-set.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { conditionOf, withCondition } from '../conditions.ts';
import { isFinished } from '../pod-facts.ts';
import { HashCollision } from '../hash-collision.ts';
import { isNamespaceTerminating } from '../pod-acts.ts';
import {
  deadlineInMs,
  deploymentStatus,
  hasProgressDeadline,
  isComplete,
  progressing,
  rolloutStatus,
  withPauseCondition,
} from './deployment-status.ts';
import { planRolling } from './plan-rolling.ts';
import { isScaling, planScale, type Resize } from './plan-scale.ts';
import { findNewSet } from './revision.ts';
import {
  createNewSet,
  forgetOldSets,
  refreshNewSet,
  resizeSets,
  showRevision,
  type RolloutActs,
} from './rollout-acts.ts';
import { activeSets, actualPods } from './rollout-size.ts';

type Context = ReconcileContext<typeof Deployment, { readonly sets: typeof ReplicaSet }>;

/** Rolls a pod template out through ReplicaSets, one a revision. */
export const deploymentController = defineController({
  name: 'deployment-controller',
  primary: Deployment,
  owned: { sets: ReplicaSet },
  reads: [reads(Pod, recreatedBy)],
  writes: [ReplicaSet.can('create', 'update', 'delete'), Deployment.can('patch'), Deployment.canOn('status', 'update')],
  adopts: ({ spec }) => labelMatcher(spec.selector),
  reconcile: pass,
});

/** A deployment that recreates waits for the last of its old pods to be gone. */
function recreatedBy(pod: Pod, caches: Caches): readonly Key[] {
  const set = caches.of(ReplicaSet).byUid(controllerOf(pod)?.uid ?? '');
  const owner = set === undefined ? undefined : controllerOf(set);
  const deployment = owner === undefined ? undefined : caches.of(Deployment).byUid(owner.uid);
  return deployment?.spec.strategy.type === 'Recreate' ? [deployment.metadata] : [];
}

/** A pass on its way: the sets and conditions as they are by now. */
interface Rollout {
  readonly newSet: ReplicaSet | undefined;
  readonly oldSets: readonly ReplicaSet[];
  readonly conditions: readonly DeploymentCondition[];
}

async function pass(context: Context): Promise<Outcome<DeploymentStatus>> {
  const { object: deployment, owned, client, nowMs, event } = context;
  if (labelMatcher(deployment.spec.selector).everything) {
    event('Warning', 'SelectingAll', 'This deployment is selecting all pods. A non-empty selector is required.');
    return { status: { ...deployment.status, observedGeneration: deployment.metadata.generation ?? 0 } };
  }
  const acts: RolloutActs = { deployment, client, event };
  const found = findNewSet(deployment, owned.sets);
  const oldSets = owned.sets.filter(set => set !== found);
  const start: Rollout = { newSet: found, oldSets, conditions: withPauseCondition(deployment, nowMs) };
  if (deployment.metadata.deletionTimestamp !== undefined) return { status: statusOf(deployment, start, nowMs) };
  const rollout = found === undefined ? start : await refreshed(acts, { ...start, newSet: found }, nowMs);
  if (deployment.spec.paused === true || isScaling(deployment, owned.sets)) return scale(acts, rollout, nowMs);
  if (deployment.spec.strategy.type === 'Recreate') {
    const scaledDown = await resized(acts, rollout, toZero(oldSets));
    if (scaledDown !== rollout || hasOldPods(context, rollout)) return finish(acts, scaledDown, nowMs);
  }
  return roll(acts, rollout, nowMs);
}

async function refreshed(
  acts: RolloutActs,
  { newSet, oldSets, conditions }: Rollout & { readonly newSet: ReplicaSet },
  nowMs: number,
): Promise<Rollout> {
  const set = await refreshNewSet(acts, newSet, oldSets);
  await showRevision(acts, set);
  const isSilent = hasProgressDeadline(acts.deployment) && conditionOf(conditions, 'Progressing') === undefined;
  const message = `Found new replica set "${set.metadata.name}"`;
  return {
    newSet: set,
    oldSets,
    conditions: isSilent
      ? withCondition(conditions, progressing('True', 'FoundNewReplicaSet', message, nowMs), nowMs)
      : conditions,
  };
}

async function scale(acts: RolloutActs, rollout: Rollout, nowMs: number): Promise<Outcome<DeploymentStatus>> {
  const scaled = await resized(acts, rollout, planScale(acts.deployment, rollout.newSet, rollout.oldSets));
  if (acts.deployment.spec.paused === true) await forgetOldSets(acts, scaled.oldSets);
  return { status: statusOf(acts.deployment, scaled, nowMs) };
}

async function roll(acts: RolloutActs, rollout: Rollout, nowMs: number): Promise<Outcome<DeploymentStatus>> {
  const { deployment, event } = acts;
  let current = rollout;
  if (current.newSet === undefined) {
    try {
      current = await withNewSet(acts, rollout, nowMs);
    } catch (error) {
      if (isNamespaceTerminating(error)) return {};
      if (error instanceof HashCollision) {
        return { status: { ...deployment.status, collisionCount: (deployment.status.collisionCount ?? 0) + 1 } };
      }
      const name = deployment.metadata.name;
      const message = `Failed to create new replica set "${name}": ${messageOf(error)}`;
      event('Warning', 'ReplicaSetCreateError', message);
      const condition = progressing('False', 'ReplicaSetCreateError', message, nowMs);
      const conditions = hasProgressDeadline(deployment)
        ? withCondition(rollout.conditions, condition, nowMs)
        : rollout.conditions;
      return { status: { ...deployment.status, conditions }, failure: error };
    }
  }
  const { newSet, oldSets } = current;
  if (newSet === undefined) return {};
  const sizes =
    deployment.spec.strategy.type === 'Recreate'
      ? [{ set: newSet, replicas: deployment.spec.replicas }]
      : planRolling(deployment, newSet, oldSets);
  const next = await resized(acts, current, sizes);
  if (next === current && isComplete(deployment, deployment.status)) await forgetOldSets(acts, oldSets);
  return finish(acts, next, nowMs);
}

async function withNewSet(acts: RolloutActs, rollout: Rollout, nowMs: number): Promise<Rollout> {
  const { set, isNew } = await createNewSet(acts, rollout.oldSets);
  await showRevision(acts, set);
  const message = `Created new replica set "${set.metadata.name}"`;
  const conditions =
    isNew && hasProgressDeadline(acts.deployment)
      ? withCondition(rollout.conditions, progressing('True', 'NewReplicaSetCreated', message, nowMs), nowMs)
      : rollout.conditions;
  return { ...rollout, newSet: set, conditions };
}

/** The same rollout when nothing had to change. */
async function resized(acts: RolloutActs, rollout: Rollout, sizes: readonly Resize[]): Promise<Rollout> {
  const sets = rollout.newSet === undefined ? rollout.oldSets : [rollout.newSet, ...rollout.oldSets];
  const next = await resizeSets(acts, sets, sizes);
  if (next.every((set, index) => set === sets[index])) return rollout;
  return rollout.newSet === undefined
    ? { ...rollout, oldSets: next }
    : { ...rollout, newSet: next[0], oldSets: next.slice(1) };
}

const toZero = (sets: readonly ReplicaSet[]): readonly Resize[] => activeSets(sets).map(set => ({ set, replicas: 0 }));

function hasOldPods({ caches }: Context, { oldSets }: Rollout): boolean {
  if (actualPods(oldSets) > 0) return true;
  return oldSets.some(set =>
    caches
      .of(Pod)
      .indexed(byController, set.metadata.uid)
      .some(pod => !isFinished(pod)),
  );
}

function statusOf(deployment: Deployment, { newSet, oldSets, conditions }: Rollout, nowMs: number): DeploymentStatus {
  return deploymentStatus(deployment, newSet, oldSets, conditions, nowMs);
}

function finish({ deployment }: RolloutActs, rollout: Rollout, nowMs: number): Outcome<DeploymentStatus> {
  const counted = statusOf(deployment, rollout, nowMs);
  const status = rolloutStatus(deployment, counted, rollout.newSet, rollout.oldSets, nowMs);
  const requeueAfterMs = deadlineInMs(deployment, status, nowMs);
  return { status, ...(requeueAfterMs === undefined ? {} : { requeueAfterMs }) };
}
