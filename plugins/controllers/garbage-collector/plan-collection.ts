import type { DeleteOptions } from '../../../src/api/client.ts';
import type { ObjectMeta, OwnerReference } from '../../../src/api/object-meta.ts';
import { FOREGROUND, ORPHAN, type GraphNode } from './owner-graph.ts';

/** How an owner was found, each looked up live. */
export type OwnerState = 'present' | 'absent' | 'awaits-dependents';

export type CollectionStep =
  | { readonly do: 'nothing' }
  /** Takes these owners out of the object's list: others still hold it. */
  | { readonly do: 'release'; readonly owners: readonly string[] }
  /** `unblock`: dependents that wait for this one in a circle must stop blocking it. */
  | { readonly do: 'delete'; readonly policy: DeleteOptions['propagationPolicy']; readonly unblock: boolean };

/** What becomes of an object whose owners are in these states; upstream's attemptToDeleteItem. */
export function planCollection(
  metadata: ObjectMeta,
  states: ReadonlyMap<string, OwnerState>,
  dependents: readonly GraphNode[],
): CollectionStep {
  const owners = metadata.ownerReferences ?? [];
  const inState = (state: OwnerState): readonly OwnerReference[] =>
    owners.filter(({ uid }) => states.get(uid) === state);
  if (owners.length === 0) return { do: 'nothing' };
  const gone = [...inState('absent'), ...inState('awaits-dependents')].map(({ uid }) => uid);
  if (inState('present').length > 0) return gone.length === 0 ? { do: 'nothing' } : { do: 'release', owners: gone };
  if (inState('awaits-dependents').length > 0 && dependents.length > 0) {
    return { do: 'delete', policy: 'Foreground', unblock: dependents.some(dependent => dependent.awaitsDependents) };
  }
  const finalizers = metadata.finalizers ?? [];
  if (finalizers.includes(ORPHAN)) return { do: 'delete', policy: 'Orphan', unblock: false };
  return { do: 'delete', policy: finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background', unblock: false };
}

/** The dependents that a foreground deletion of `uid` must wait for. */
export const blockersOf = (uid: string, dependents: readonly GraphNode[]): readonly GraphNode[] =>
  dependents.filter(({ owners }) => owners.some(owner => owner.uid === uid && owner.blockOwnerDeletion === true));
