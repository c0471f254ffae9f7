import { invalid, type FieldError } from '../../../../src/api/field-error.ts';

/** Counts of pods as the status of whatever keeps pods of a template tells them. */
export interface ReplicaCounts {
  readonly replicas?: number;
  readonly fullyLabeledReplicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly observedGeneration?: number;
  readonly terminatingReplicas?: number;
  readonly collisionCount?: number;
}

const NEVER_NEGATIVE = [
  'replicas',
  'fullyLabeledReplicas',
  'updatedReplicas',
  'readyReplicas',
  'availableReplicas',
  'unavailableReplicas',
  'observedGeneration',
  'terminatingReplicas',
  'collisionCount',
] as const satisfies readonly (keyof ReplicaCounts)[];

/**
 * No count is negative, and none larger than that of all pods. `parts` are those that the kind has; what is left out
 * is none.
 */
export function validateReplicaCounts(
  status: ReplicaCounts,
  parts: readonly ('fullyLabeledReplicas' | 'updatedReplicas')[],
): readonly FieldError[] {
  const count = (name: keyof ReplicaCounts): number => status[name] ?? 0;
  const tooMany = (name: keyof ReplicaCounts, whole: 'replicas' | 'readyReplicas', called: string) =>
    count(name) > count(whole) ? [invalid(`status.${name}`, count(name), `cannot be greater than ${called}`)] : [];
  return [
    ...NEVER_NEGATIVE.filter(name => count(name) < 0).map(name =>
      invalid(`status.${name}`, count(name), 'must be greater than or equal to 0'),
    ),
    ...[...parts, 'readyReplicas' as const, 'availableReplicas' as const].flatMap(name =>
      tooMany(name, 'replicas', 'status.replicas'),
    ),
    ...tooMany('availableReplicas', 'readyReplicas', 'readyReplicas'),
  ];
}
