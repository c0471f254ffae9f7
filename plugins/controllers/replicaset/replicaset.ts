import { labelMatcher, matcherOfLabels } from '../../../src/api/label-selector.ts';
import { defineController } from '../../../src/sdk/controller.ts';
import { byController, controllerOf } from '../../../src/sdk/owner.ts';
import { ReplicaSet } from '../../kinds/apps/v1/replica-set.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { nextAvailableInMs } from '../pod-facts.ts';
import { replicaStatus } from './replica-status.ts';
import { actOnPods, type PodFailure } from '../pod-acts.ts';
import { planReplicas, type ReplicaPlan } from './replicas.ts';

/** Keeps `spec.replicas` pods of the template running. */
export const replicaSetController = defineController({
  name: 'replicaset-controller',
  primary: ReplicaSet,
  owned: { pods: Pod },
  writes: [Pod.can('create', 'delete'), ReplicaSet.canOn('status', 'update')],
  adopts: ({ spec }) => labelMatcher(spec.selector),

  async reconcile({ object: rs, owned: { pods }, caches, client, nowMs, event }) {
    const { replicas, minReadySeconds = 0, template } = rs.spec;
    const isGoing = rs.metadata.deletionTimestamp !== undefined;
    const related = isGoing ? [] : siblingPods(rs, pods);
    const failure = isGoing ? undefined : await keep(planReplicas(replicas, pods, related, nowMs));
    const status = replicaStatus(
      pods,
      {
        generation: rs.metadata.generation,
        conditions: rs.status.conditions,
        minReadySeconds,
        template: matcherOfLabels(template.metadata.labels ?? {}),
        countsTerminating: true,
        failure: failure && { reason: failure.reason, message: failure.message },
      },
      nowMs,
    );
    const requeueAfterMs = nextAvailableInMs(pods, minReadySeconds, nowMs);
    return { status, ...(requeueAfterMs && { requeueAfterMs }), ...(failure && { failure: failure.error }) };

    function keep({ create, remove }: ReplicaPlan): Promise<PodFailure | undefined> {
      return actOnPods(
        { create: Array.from({ length: create }, () => template), remove },
        { owner: rs, client, event },
      );
    }

    /** Pods of every set with the same controller: a rollout thins out crowded nodes first. */
    function siblingPods(set: ReplicaSet, own: readonly Pod[]): readonly Pod[] {
      const deployment = controllerOf(set);
      if (deployment === undefined) return own;
      const sets = caches.of(ReplicaSet).indexed(byController, deployment.uid);
      return sets.flatMap(sibling => caches.of(Pod).indexed(byController, sibling.metadata.uid));
    }
  },
});
