import { matcherOfLabels } from '../../../src/api/label-selector.ts';
import { must } from '../../../src/base/must.ts';
import { defineController } from '../../../src/sdk/controller.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { ReplicationController } from '../../kinds/core/v1/replication-controller.ts';
import { nextAvailableInMs } from '../pod-facts.ts';
import { replicaStatus } from './replica-status.ts';
import { actOnReplicas, planReplicas } from './replicas.ts';

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
    const failure =
      rc.metadata.deletionTimestamp === undefined
        ? await actOnReplicas(planReplicas(replicas, pods, pods, nowMs), { owner: rc, template, client, event })
        : undefined;
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
