import type { AnyObject } from '../../../src/api/object-meta.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import type { ControllerClient } from '../../../src/sdk/controller.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodTemplateSpec } from '../../kinds/core/v1/pod-template-spec.ts';
import { REPLICA_BURST } from '../limits.ts';
import { isActive } from '../pod-facts.ts';
import { slowStart } from '../slow-start.ts';
import { podsToDelete } from './deletion-order.ts';

/** What one pass should do. */
export interface ReplicaPlan {
  readonly create: number;
  readonly remove: readonly Pod[];
}

/** `related` are the pods of all sets of the same deployment; they decide which pods go first. */
export function planReplicas(
  replicas: number,
  pods: readonly Pod[],
  related: readonly Pod[],
  nowMs: number,
): ReplicaPlan {
  const active = pods.filter(isActive);
  const missing = replicas - active.length;
  if (missing >= 0) return { create: Math.min(missing, REPLICA_BURST), remove: [] };
  return { create: 0, remove: podsToDelete(active, related, Math.min(-missing, REPLICA_BURST), nowMs) };
}

export interface ReplicaFailure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly message: string;
  readonly error: unknown;
}

export interface ReplicaActs {
  readonly owner: AnyObject;
  readonly template: PodTemplateSpec;
  readonly client: ControllerClient;
  event(this: void, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/** Carries `plan` out; answers what went wrong first. */
export async function actOnReplicas(plan: ReplicaPlan, acts: ReplicaActs): Promise<ReplicaFailure | undefined> {
  const [createError] = await slowStart(plan.create, () => createPod(acts));
  if (createError !== undefined) {
    return { reason: 'FailedCreate', message: messageOf(createError), error: createError };
  }
  const deleted = await Promise.allSettled(plan.remove.map(pod => deletePod(pod, acts)));
  const failure = deleted.find(result => result.status === 'rejected');
  if (failure === undefined) return undefined;
  const error: unknown = failure.reason;
  return { reason: 'FailedDelete', message: messageOf(error), error };
}

async function createPod({ owner, template, client, event }: ReplicaActs): Promise<void> {
  const { labels, annotations, finalizers } = template.metadata;
  try {
    const pod = await client.createOwned(Pod, {
      metadata: {
        generateName: `${owner.metadata.name}-`,
        ...(labels === undefined ? {} : { labels }),
        ...(annotations === undefined ? {} : { annotations }),
        ...(finalizers === undefined ? {} : { finalizers }),
      },
      spec: template.spec,
    });
    event('Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
  } catch (error) {
    if (isNamespaceTerminating(error)) return;
    event('Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
    throw error;
  }
}

async function deletePod(pod: Pod, { client, event }: ReplicaActs): Promise<void> {
  const { name, namespace = '', uid } = pod.metadata;
  try {
    await client.delete(Pod, { name, namespace }, { preconditions: { uid } });
    event('Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return;
    event('Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
    throw error;
  }
}

/** The admission plugin's word for it: there is nobody left to tell. */
export const isNamespaceTerminating = (error: unknown): boolean =>
  isStatusError(error, 'Forbidden') &&
  error.status.details?.causes?.some(cause => cause.reason === 'NamespaceTerminating') === true;

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
