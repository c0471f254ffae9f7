import type { Condition } from '../conditions.ts';
import { withCondition } from '../conditions.ts';
import type { Remaining } from './remaining-content.ts';

/** How far the deletion of a namespace has come, worded as upstream's NamespaceConditionUpdater. */
export function deletionConditions(
  current: readonly Condition[] | undefined,
  { counts, finalizers, errors }: Remaining,
  nowMs: number,
): readonly Condition[] {
  const remaining = [...counts].map(([resource, count]) => `${resource} has ${count} resource instances`).toSorted();
  const held = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`).toSorted();
  const next: readonly Condition[] = [
    says('NamespaceDeletionDiscoveryFailure', false, 'ResourcesDiscovered', 'All resources successfully discovered'),
    says(
      'NamespaceDeletionGroupVersionParsingFailure',
      false,
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    errors.length === 0
      ? says(
          'NamespaceDeletionContentFailure',
          false,
          'ContentDeleted',
          'All content successfully deleted, may be waiting on finalization',
        )
      : says(
          'NamespaceDeletionContentFailure',
          true,
          'ContentDeletionFailed',
          `Failed to delete all resource types, ${errors.length} remaining: ${errors.toSorted().join(', ')}`,
        ),
    remaining.length === 0
      ? says('NamespaceContentRemaining', false, 'ContentRemoved', 'All content successfully removed')
      : says(
          'NamespaceContentRemaining',
          true,
          'SomeResourcesRemain',
          `Some resources are remaining: ${remaining.join(', ')}`,
        ),
    held.length === 0
      ? says(
          'NamespaceFinalizersRemaining',
          false,
          'ContentHasNoFinalizers',
          'All content-preserving finalizers finished',
        )
      : says(
          'NamespaceFinalizersRemaining',
          true,
          'SomeFinalizersRemain',
          `Some content in the namespace has finalizers remaining: ${held.join(', ')}`,
        ),
  ];
  return next.reduce<readonly Condition[]>((conditions, condition) => {
    const old = conditions.find(({ type }) => type === condition.type);
    const isReworded = old?.status === condition.status && old.message !== condition.message;
    if (!isReworded) return withCondition(conditions, condition, nowMs);
    return conditions.map(each => (each === old ? { ...old, ...condition } : each));
  }, current ?? []);
}

const says = (type: string, isTrue: boolean, reason: string, message: string): Condition => ({
  type,
  status: isTrue ? 'True' : 'False',
  reason,
  message,
});
