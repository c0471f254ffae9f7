import { messageOf } from '../../src/base/message-of.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { InputOf } from '../../src/api/resource.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import type { ControllerClient } from '../../src/sdk/controller.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import type { PodTemplateSpec } from '../kinds/core/v1/pod-template-spec.ts';
import { slowStart } from './slow-start.ts';

/** Pods to make, each from its template, and pods to end. */
export interface PodPlan {
  readonly create: readonly PodTemplateSpec[];
  readonly remove: readonly Pod[];
}

export interface PodFailure {
  readonly reason: 'FailedCreate' | 'FailedDelete';
  readonly message: string;
  readonly error: unknown;
}

export interface PodActs {
  readonly owner: AnyObject;
  readonly client: ControllerClient;
  event(this: void, type: 'Normal' | 'Warning', reason: string, message: string): void;
}

/** Carries `plan` out; answers what went wrong first. */
export async function actOnPods(plan: PodPlan, acts: PodActs): Promise<PodFailure | undefined> {
  const pods = plan.create.map(template => podOf(template, acts.owner));
  const [createError] = await slowStart(pods.length, async index => {
    const pod = pods[index];
    if (pod !== undefined) await createPod(pod, acts);
  });
  if (createError !== undefined) {
    return { reason: 'FailedCreate', message: messageOf(createError), error: createError };
  }
  const deleted = await Promise.allSettled(plan.remove.map(pod => deletePod(pod, acts)));
  const failure = deleted.find(result => result.status === 'rejected');
  if (failure === undefined) return undefined;
  const error: unknown = failure.reason;
  return { reason: 'FailedDelete', message: messageOf(error), error };
}

function podOf({ metadata, spec }: PodTemplateSpec, owner: AnyObject): InputOf<typeof Pod> {
  const { labels, annotations, finalizers } = metadata;
  return {
    metadata: {
      generateName: `${owner.metadata.name}-`,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
    },
    spec,
  };
}

/** Whether it was made; it is not where its namespace is going away. */
export async function createPod(pod: InputOf<typeof Pod>, { client, event }: PodActs): Promise<boolean> {
  try {
    const { metadata } = await client.createOwned(Pod, pod);
    event('Normal', 'SuccessfulCreate', `Created pod: ${metadata.name}`);
    return true;
  } catch (error) {
    if (isNamespaceTerminating(error)) return false;
    event('Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
    throw error;
  }
}

export async function deletePod(pod: Pod, { client, event }: PodActs): Promise<void> {
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
