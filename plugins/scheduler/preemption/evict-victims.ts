import type { Client } from '../../../src/api/client.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { timeOf } from '../../../src/base/timestamp.ts';
import type { Clock } from '../../../src/base/world.ts';
import type { EventRecorder } from '../../../src/sdk/events.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { VICTIMS_IN_FLIGHT } from '../limits.ts';
import { PREEMPTED } from './plan-preemption.ts';
import type { Victims } from './select-victims.ts';

export interface Eviction {
  readonly client: Client;
  readonly events: EventRecorder;
  readonly clock: Clock;
  /** Takes back a pod that is not bound yet, so that it need not be deleted; `false` where it is too late for that. */
  takeBack(this: void, pod: Pod): boolean;
}

/**
 * Tells the victims why and deletes them, with their grace. Resolves once all are on their way out; rejects with the
 * first error, after which none is begun with any more.
 */
export async function evictVictims({ node, pods }: Victims, preemptor: Pod, eviction: Eviction): Promise<void> {
  const left = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const evictRest = async (): Promise<void> => {
    for (let victim = left.shift(); victim !== undefined; victim = left.shift()) {
      try {
        await evict(victim, node, preemptor, eviction);
      } catch (error) {
        left.length = 0;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(left.length, VICTIMS_IN_FLIGHT) }, evictRest));
}

async function evict(victim: Pod, node: string, preemptor: Pod, eviction: Eviction): Promise<void> {
  const { client, events, takeBack } = eviction;
  const message = `Preempted by pod ${preemptor.metadata.uid} on node ${node}`;
  if (takeBack(victim)) {
    events.event(victim, 'Normal', 'Preempted', `${message} (in kube-scheduler memory).`);
    return;
  }
  const { name, namespace = '', uid } = victim.metadata;
  try {
    await tell(victim, preemptor, eviction);
    await client.delete(Pod, { name, namespace }, { preconditions: { uid } });
    events.event(victim, 'Normal', 'Preempted', message);
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
}

async function tell({ metadata, status }: Pod, preemptor: Pod, { client, clock }: Eviction): Promise<void> {
  const { name, namespace = '', uid, generation } = metadata;
  const known = status.conditions?.find(({ type }) => type === 'DisruptionTarget');
  const message = `${preemptor.spec.schedulerName}: preempting to accommodate a higher priority pod`;
  if (known?.status === 'True' && known.reason === PREEMPTED && known.message === message) return;
  const condition = {
    type: 'DisruptionTarget',
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: known?.status === 'True' ? known.lastTransitionTime : timeOf(clock.now()),
    reason: PREEMPTED,
    message,
  } as const;
  const body = { metadata: { uid }, status: { conditions: [condition] } };
  await client.patch(Pod, { name, namespace }, { type: 'strategic', body }, { subresource: 'status' });
}
