import { labelMatcher } from '../../../src/api/label-selector.ts';
import { formatLabelSelector } from '../../../src/api/format-labels.ts';
import type { Key } from '../../../src/api/client.ts';
import type { Caches } from '../../../src/sdk/caches.ts';
import { defineController, reads } from '../../../src/sdk/controller.ts';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../kinds/apps/v1/replica-set.ts';
import { StatefulSet } from '../../kinds/apps/v1/stateful-set.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { ReplicationController } from '../../kinds/core/v1/replication-controller.ts';
import { PodDisruptionBudget } from '../../kinds/policy/v1/pod-disruption-budget.ts';
import { expectedPods, type ExpectedPods } from './expected-pods.ts';
import { needsOwners, planDisruption } from './plan-disruption.ts';

/** Keeps count of how many pods of each budget may be evicted; the eviction subresource grants by that count. */
export const disruptionController = defineController({
  name: 'disruption-controller',
  primary: PodDisruptionBudget,
  reads: [
    reads(Pod, budgetsOf),
    reads(ReplicaSet),
    reads(StatefulSet),
    reads(Deployment),
    reads(ReplicationController),
  ],
  writes: [PodDisruptionBudget.canOn('status', 'update')],

  async reconcile({ object: budget, caches, nowMs, event }) {
    const { name, namespace } = budget.metadata;
    const matcher = labelMatcher(budget.spec.selector);
    const pods = caches
      .of(Pod)
      .list(namespace)
      .filter(pod => matcher.matches(pod.metadata.labels));
    if (pods.length === 0) event('Normal', 'NoPods', 'No matching pods found');
    const expected: ExpectedPods = needsOwners(budget)
      ? expectedPods(pods, caches)
      : { type: 'counted', count: pods.length, unmanaged: [] };
    if (expected.type === 'counted' && expected.unmanaged.length > 0) {
      event('Warning', 'UnmanagedPods', unmanagedText(formatLabelSelector(budget.spec.selector)));
    }
    const { status, notDeleted, problem, recheckInMs } = planDisruption(budget, pods, expected, nowMs);
    for (const pod of notDeleted) {
      event('Warning', 'NotDeleted', `Pod was expected by PDB ${namespace}/${name} to be deleted but it wasn't`, pod);
    }
    if (problem !== undefined) {
      event(
        'Warning',
        'CalculateExpectedPodCountFailed',
        `Failed to calculate the number of expected pods: ${problem}`,
      );
    }
    return { status, ...(recheckInMs === undefined ? {} : { requeueAfterMs: recheckInMs }) };
  },
});

function budgetsOf({ metadata }: Pod, caches: Caches): readonly Key[] {
  return caches
    .of(PodDisruptionBudget)
    .list(metadata.namespace)
    .filter(({ spec }) => labelMatcher(spec.selector).matches(metadata.labels))
    .map(budget => budget.metadata);
}

const unmanagedText = (selector: string): string =>
  `Pods selected by this PodDisruptionBudget (selector: ${selector}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`;
