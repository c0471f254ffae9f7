import { isDeepEqual } from '../../src/base/deep-equal.ts';
import type { Toleration } from '../kinds/core/v1/toleration.ts';

/** Both lists as one; what another one of them covers is left out. */
export function mergeTolerations(first: readonly Toleration[], second: readonly Toleration[]): readonly Toleration[] {
  const all = [...first, ...second];
  const merged: Toleration[] = [];
  for (const [index, toleration] of all.entries()) {
    const later = all.slice(index + 1).filter(other => !isDeepEqual(other, toleration));
    if (![...merged, ...later].some(other => covers(other, toleration))) merged.push(toleration);
  }
  return merged;
}

function covers(wide: Toleration, narrow: Toleration): boolean {
  if (isDeepEqual(wide, narrow)) return true;
  const isAnyKey = (wide.key ?? '') === '' && wide.operator === 'Exists';
  if (!isAnyKey && (wide.key ?? '') !== (narrow.key ?? '')) return false;
  if (wide.effect !== undefined && wide.effect !== narrow.effect) return false;
  if (wide.effect === 'NoExecute' && wide.tolerationSeconds !== undefined) {
    const { tolerationSeconds: seconds = Number.POSITIVE_INFINITY } = narrow;
    if (seconds > wide.tolerationSeconds) return false;
  }
  if (wide.operator === 'Exists') return true;
  return (wide.operator ?? 'Equal') === 'Equal' && narrow.operator === 'Equal' && narrow.value === wide.value;
}
