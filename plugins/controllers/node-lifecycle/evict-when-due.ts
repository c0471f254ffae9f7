import { isStatusError } from '../../../src/api/status-error.ts';
import type { Caches } from '../../../src/sdk/caches.ts';
import { defineController, type Controller, type ControllerClient, type Read } from '../../../src/sdk/controller.ts';
import { keyOf } from '../../../src/sdk/object-key.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { withCondition } from '../conditions.ts';

export interface DueEvictions {
  /** Of the controller. */
  readonly name: string;
  readonly reads: readonly Read[];
  /** Why pods are disrupted, and what events about that are called and say. */
  readonly condition: { readonly reason: string; readonly message: string };
  readonly event: {
    readonly reason: string;
    marking(this: void, pod: Pod): string;
    cancelling(this: void, pod: Pod): string;
  };
  /** Which pods of nodes may have to go. */
  concerns(this: void, pod: Pod): boolean;
  /** When a pod has to go, `sinceMs` being when it was first seen to have to; undefined for never. */
  dueMs(this: void, pod: Pod, caches: Caches, sinceMs: number, nowMs: number): number | undefined;
}

/** Ends pods once they are due, unless that is called off before. */
export function evictWhenDue(evictions: DueEvictions): Controller {
  /** Since when pods are known to have to leave later, by key. */
  const leaving = new Map<string, { readonly uid: string; readonly sinceMs: number }>();
  const { reason, marking, cancelling } = evictions.event;
  return defineController({
    name: evictions.name,
    primary: Pod,
    reads: evictions.reads,
    writes: [Pod.can('delete'), Pod.canOn('status', 'patch')],
    concerns: pod =>
      (pod.spec.nodeName ?? '') !== '' && pod.metadata.deletionTimestamp === undefined && evictions.concerns(pod),

    async reconcile({ object: pod, caches, client, nowMs, event }) {
      const { uid } = pod.metadata;
      const key = keyOf(pod.metadata);
      const known = leaving.get(key);
      const sinceMs = known?.uid === uid ? known.sinceMs : nowMs;
      const dueMs = evictions.dueMs(pod, caches, sinceMs, nowMs);
      if (dueMs !== undefined && dueMs > nowMs) {
        leaving.set(key, { uid, sinceMs });
        return { requeueAfterMs: dueMs - nowMs };
      }
      leaving.delete(key);
      if (dueMs === undefined) {
        if (known?.uid === uid) event('Normal', reason, cancelling(pod));
        return {};
      }
      event('Normal', reason, marking(pod));
      await evict(client, pod, evictions.condition, nowMs);
      return {};
    },

    async removed({ key }) {
      leaving.delete(keyOf(key));
    },
  });
}

async function evict(
  client: ControllerClient,
  { metadata, status }: Pod,
  why: DueEvictions['condition'],
  nowMs: number,
): Promise<void> {
  const { name, namespace = '', uid, generation } = metadata;
  const condition = {
    type: 'DisruptionTarget',
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status: 'True',
    lastProbeTime: null,
    ...why,
  } as const;
  try {
    const conditions = withCondition(status.conditions, condition, nowMs);
    const body = { metadata: { uid }, status: { conditions } };
    await client.patch(Pod, { name, namespace }, { type: 'strategic', body }, { subresource: 'status' });
    await client.delete(Pod, { name, namespace }, { preconditions: { uid } });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
}
