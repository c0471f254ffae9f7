import { ageColumn, integer, nameColumn, text } from '../../../../src/api/columns.ts';
import { invalid } from '../../../../src/api/field-error.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import {
  podDisruptionBudgetSpec,
  podDisruptionBudgetStatus,
  type PodDisruptionBudgetSpec,
  type PodDisruptionBudgetStatus,
} from './pod-disruption-budget-spec.ts';
import { pathSegmentProblems } from '../../../../src/base/path-segment.ts';
import { validatePodDisruptionBudget } from './validate-pod-disruption-budget.ts';

/** What columns are computed from. */
interface Parts {
  readonly spec: PodDisruptionBudgetSpec;
  readonly status: PodDisruptionBudgetStatus;
}

const COUNTS = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const;

export const PodDisruptionBudget = defineResource({
  group: 'policy',
  version: 'v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  shortNames: ['pdb'],
  scope: 'Namespaced',
  putByRevision: true,
  doc: 'Limits how many pods of an application may be evicted at once.',
  openapiName: 'io.k8s.api.policy.v1.PodDisruptionBudget',
  fields: {
    spec: podDisruptionBudgetSpec.present().doc('What it protects.').at(2),
    status: podDisruptionBudgetStatus.present().doc('What it allows now.').at(3),
  },
  status: true,
  columns: [
    nameColumn,
    text('Min Available', 'How many must stay healthy.', ({ spec }: Parts) => String(spec.minAvailable ?? 'N/A')),
    text('Max Unavailable', 'How many may be lacking.', ({ spec }: Parts) => String(spec.maxUnavailable ?? 'N/A')),
    integer('Allowed Disruptions', 'Evictions granted now.', ({ status }: Parts) => status.disruptionsAllowed),
    ageColumn,
  ],
  nameProblems: pathSegmentProblems,
  validate: validatePodDisruptionBudget,
  validateStatusUpdate: ({ status }) =>
    COUNTS.filter(name => status[name] < 0).map(name =>
      invalid(`status.${name}`, status[name], 'must be greater than or equal to 0'),
    ),
});
export type PodDisruptionBudget = ObjectOf<typeof PodDisruptionBudget>;
