import { matcherOfLabels } from '../../../src/api/label-selector.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Outcome } from '../../../src/sdk/controller.ts';
import type { PodTemplateSpec } from '../../kinds/core/v1/pod-template-spec.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { Condition } from '../conditions.ts';
import { actOnPods, type PodActs } from '../pod-acts.ts';
import { nextAvailableInMs } from '../pod-facts.ts';
import { planReplicas } from './replicas.ts';
import { replicaStatus, type ReplicaStatus } from './replica-status.ts';

/** What ReplicaSets and ReplicationControllers ask for alike. */
export interface WantedReplicas {
  readonly owner: AnyObject;
  readonly replicas: number;
  readonly template: PodTemplateSpec;
  readonly minReadySeconds: number;
  /** As they are. */
  readonly conditions: readonly Condition[] | undefined;
  /** See `planReplicas`. */
  readonly related: () => readonly Pod[];
  readonly countsTerminating: boolean;
}

/** One pass: makes and ends pods, unless the owner is going; answers what is to be told of it. */
export async function keepReplicas(
  wanted: WantedReplicas,
  pods: readonly Pod[],
  { client, event, nowMs }: Omit<PodActs, 'owner'> & { readonly nowMs: number },
): Promise<Outcome<ReplicaStatus>> {
  const { owner, replicas, template, minReadySeconds, conditions, related, countsTerminating } = wanted;
  const isGoing = owner.metadata.deletionTimestamp !== undefined;
  const { create, remove } = isGoing ? { create: 0, remove: [] } : planReplicas(replicas, pods, related(), nowMs);
  const plan = { create: Array.from({ length: create }, () => template), remove };
  const failure = await actOnPods(plan, { owner, client, event });
  const status = replicaStatus(
    pods,
    {
      generation: owner.metadata.generation,
      conditions,
      minReadySeconds,
      template: matcherOfLabels(template.metadata.labels ?? {}),
      countsTerminating,
      failure: failure && { reason: failure.reason, message: failure.message },
    },
    nowMs,
  );
  const requeueAfterMs = nextAvailableInMs(pods, minReadySeconds, nowMs);
  return { status, ...(requeueAfterMs && { requeueAfterMs }), ...(failure && { failure: failure.error }) };
}
