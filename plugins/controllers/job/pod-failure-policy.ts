import type { OnExitCodes, OnPodCondition, PodFailurePolicy } from '../../kinds/batch/v1/job-policies.ts';
import type { ContainerStatus } from '../../kinds/core/v1/container-status.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';

export interface FailureMatch {
  readonly action: 'Count' | 'FailIndex' | 'FailJob' | 'Ignore';
  /** Of FailJob: why. */
  readonly message?: string;
}

/** What the first rule that a failed pod matches says; `undefined` where none does. */
export function matchPodFailure(policy: PodFailurePolicy | undefined, pod: Pod): FailureMatch | undefined {
  for (const [index, { action, onExitCodes, onPodConditions = [] }] of (policy?.rules ?? []).entries()) {
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const rule = `matching ${action} rule at index ${index}`;
    if (onExitCodes !== undefined) {
      const status = exitedWith(pod, onExitCodes);
      if (status === undefined) continue;
      const code = status.state?.terminated?.exitCode;
      return told(action, `Container ${status.name} for pod ${name} failed with exit code ${code} ${rule}`);
    }
    const type = conditionMet(pod, onPodConditions);
    if (type !== undefined) return told(action, `Pod ${name} has condition ${type} ${rule}`);
  }
  return undefined;
}

/** Whether the failure counts against the limits. */
export const isCounted = (policy: PodFailurePolicy | undefined, pod: Pod): boolean =>
  matchPodFailure(policy, pod)?.action !== 'Ignore';

const told = (action: FailureMatch['action'], message: string): FailureMatch =>
  action === 'FailJob' ? { action, message } : { action };

function exitedWith({ status }: Pod, { containerName, operator, values }: OnExitCodes): ContainerStatus | undefined {
  return [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])].find(({ name, state }) => {
    const code = state?.terminated?.exitCode ?? 0;
    if (code === 0 || (containerName !== undefined && containerName !== name)) return false;
    return values.includes(code) === (operator === 'In');
  });
}

const conditionMet = ({ status }: Pod, patterns: readonly OnPodCondition[]): string | undefined =>
  status.conditions?.find(condition =>
    patterns.some(({ type, status: is }) => type === condition.type && is === condition.status),
  )?.type;
