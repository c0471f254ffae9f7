import { matcherOfLabels } from '../../../src/api/label-selector.ts';
import { must } from '../../../src/base/must.ts';
import { defineController } from '../../../src/sdk/controller.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { ReplicationController } from '../../kinds/core/v1/replication-controller.ts';
import { nextAvailableInMs } from '../pod-facts.ts';
import { replicaStatus } from './replica-status.ts';
import { actOnPods } from '../pod-acts.ts';
import { planReplicas } from './replicas.ts';

/** A ReplicaSet's elder: the same work, selecting by equality only. */
export const replicationController = defineController({
  name: 'replication-controller',
  primary: ReplicationController,
  owned: { pods: Pod },
  writes: [Pod.can('create', 'delete'), ReplicationController.canOn('status', 'update')],
  adopts: ({ spec }) => matcherOfLabels(spec.selector ?? {}),

  async reconcile({ object: rc, owned: { pods }, client, nowMs, event }) {
    const { replicas, minReadySeconds = 0 } = rc.spec;
    const template = must(rc.spec.template, 'validation requires a template');
    const isGoing = rc.metadata.deletionTimestamp !== undefined;
    const { create, remove } = isGoing ? { create: 0, remove: [] } : planReplicas(replicas, pods, pods, nowMs);
    const plan = { create: Array.from({ length: create }, () => template), remove };
    const failure = await actOnPods(plan, { owner: rc, client, event });
    const status = replicaStatus(
      pods,
      {
        generation: rc.metadata.generation,
        conditions: rc.status.conditions,
        minReadySeconds,
        template: matcherOfLabels(template.metadata.labels ?? {}),
        countsTerminating: false,
        failure: failure && { reason: failure.reason, message: failure.message },
      },
      nowMs,
    );
    const requeueAfterMs = nextAvailableInMs(pods, minReadySeconds, nowMs);
    return { status, ...(requeueAfterMs && { requeueAfterMs }), ...(failure && { failure: failure.error }) };
  },
});
