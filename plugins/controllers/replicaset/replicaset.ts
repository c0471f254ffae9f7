import { labelMatcher } from '../../../src/api/label-selector.ts';
import { defineController } from '../../../src/sdk/controller.ts';
import type { Caches } from '../../../src/sdk/caches.ts';
import { byController, controllerOf } from '../../../src/sdk/controller-reference.ts';
import { ReplicaSet } from '../../kinds/apps/v1/replica-set.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { keepReplicas } from './keep-replicas.ts';

/** Keeps `spec.replicas` pods of the template running. */
export const replicaSetController = defineController({
  name: 'replicaset-controller',
  primary: ReplicaSet,
  owned: { pods: Pod },
  writes: [Pod.can('create', 'delete'), ReplicaSet.canOn('status', 'update')],
  adopts: ({ spec }) => labelMatcher(spec.selector),

  async reconcile({ object: rs, owned: { pods }, caches, ...context }) {
    const { replicas, minReadySeconds = 0, template } = rs.spec;
    const { conditions } = rs.status;
    const related = (): readonly Pod[] => siblingPods(rs, pods, caches);
    const wanted = { owner: rs, replicas, template, minReadySeconds, conditions, related, countsTerminating: true };
    return keepReplicas(wanted, pods, context);
  },
});

/** Pods of every set with the same controller: a rollout thins out crowded nodes first. */
function siblingPods(set: ReplicaSet, own: readonly Pod[], caches: Caches): readonly Pod[] {
  const deployment = controllerOf(set);
  if (deployment === undefined) return own;
  const sets = caches.of(ReplicaSet).indexed(byController, deployment.uid);
  return sets.flatMap(sibling => caches.of(Pod).indexed(byController, sibling.metadata.uid));
}
