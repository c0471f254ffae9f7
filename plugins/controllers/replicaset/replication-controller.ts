import { matcherOfLabels } from '../../../src/api/label-selector.ts';
import { must } from '../../../src/base/must.ts';
import { defineController } from '../../../src/sdk/controller.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { ReplicationController } from '../../kinds/core/v1/replication-controller.ts';
import { keepReplicas } from './keep-replicas.ts';

/** A ReplicaSet's elder: the same work, selecting by equality only. */
export const replicationController = defineController({
  name: 'replication-controller',
  primary: ReplicationController,
  owned: { pods: Pod },
  writes: [Pod.can('create', 'delete'), ReplicationController.canOn('status', 'update')],
  adopts: ({ spec }) => matcherOfLabels(spec.selector ?? {}),

  async reconcile({ object: rc, owned: { pods }, ...context }) {
    const { replicas, minReadySeconds = 0 } = rc.spec;
    const template = must(rc.spec.template, 'validation requires a template');
    const { conditions } = rc.status;
    const related = (): readonly Pod[] => pods;
    const wanted = { owner: rc, replicas, template, minReadySeconds, conditions, related, countsTerminating: false };
    return keepReplicas(wanted, pods, context);
  },
});
