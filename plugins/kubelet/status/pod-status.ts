import type { ContainerSpec, ContainerStatus, Pod, PodStatus } from '../pod.ts';
import { NOTHING_KNOWN, type ContainerView } from '../plan/container-record.ts';
import { withAllocation } from '../resize/allocation.ts';
import { containerStatus, type ContainerRole } from './container-status.ts';
import { podPhase, type PodPhase } from './phase.ts';
import type { PodResizes } from '../resize/pod-resizes.ts';
import { wholePod } from '../../kinds/core/v1/pod-resources.ts';
import { podConditions } from './pod-conditions.ts';
import { qosClassOf } from '../../kinds/core/v1/qos-class.ts';
import type { Verdict } from '../worker/expulsion.ts';
import { timeOf } from '../../../src/base/timestamp.ts';

export interface PodStatusInput {
  /** With the status that the API last showed: times and foreign conditions are kept from it. */
  readonly pod: Pod;
  readonly views: ReadonlyMap<string, ContainerView>;
  readonly backingOff: ReadonlyMap<string, number>;
  readonly sandboxReady: boolean;
  readonly podIps: readonly string[];
  readonly hostIps: readonly string[];
  readonly nowMs: number;
  /** Every container was stopped for good; nothing that has not run yet will. */
  readonly terminated: boolean;
  readonly resizes: Pick<PodResizes, 'pending' | 'inProgress' | 'actual'>;
  /** Why the kubelet ended or refused the pod. */
  readonly verdict: Verdict | undefined;
}

/** `status` as it should read now. Pure: the same input gives the same status. */
export function podStatus(input: PodStatusInput): PodStatus {
  const { pod, nowMs } = input;
  const { spec } = pod;
  const listed = (containers: readonly ContainerSpec[] | undefined, role: ContainerRole) =>
    (containers ?? []).map(container => statusOf(input, container, role));
  let init = listed(spec.initContainers, 'init');
  let apps = listed(spec.containers, 'app');
  const ephemeral = listed(spec.ephemeralContainers, 'ephemeral');
  const before = pod.status;
  let phase = input.verdict === undefined ? podPhase(spec, init, apps) : 'Failed';
  if (input.terminated) {
    const began = apps.some(({ state }) => state?.terminated !== undefined || state?.running !== undefined);
    init = init.map(lost);
    if (began || (spec.initContainers ?? []).length === 0) apps = apps.map(lost);
    phase = terminalPhase(input, phase, init, apps);
  }
  if (before?.phase === 'Failed' || before?.phase === 'Succeeded') phase = before.phase;
  const conditionInput = {
    pod,
    phase,
    initStatuses: init,
    statuses: apps,
    sandboxReady: input.sandboxReady,
    resizes: input.resizes,
    verdict: input.verdict,
    nowMs,
  };
  const [podIp] = input.podIps;
  const [hostIp] = input.hostIps;
  return {
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    phase,
    conditions: podConditions(conditionInput),
    ...(input.verdict === undefined ? {} : { reason: input.verdict.reason, message: input.verdict.message }),
    ...(hostIp === undefined ? {} : { hostIP: hostIp, hostIPs: input.hostIps.map(ip => ({ ip })) }),
    ...(podIp === undefined ? {} : { podIP: podIp, podIPs: input.podIps.map(ip => ({ ip })) }),
    startTime: before?.startTime ?? timeOf(nowMs),
    ...(init.length === 0 ? {} : { initContainerStatuses: init }),
    containerStatuses: apps,
    ...(ephemeral.length === 0 ? {} : { ephemeralContainerStatuses: ephemeral }),
    qosClass: before?.qosClass ?? qosClassOf(spec),
    ...resourcesOf(input),
  };
}

/** Of the pod as a whole: what it was granted, and what of that is set. */
function resourcesOf({ pod, resizes }: PodStatusInput): Partial<PodStatus> {
  const actual = withAllocation(pod, { pod: pod.spec.resources, containers: resizes.actual }).spec;
  const requests = wholePod(actual, 'requests');
  const limits = wholePod(actual, 'limits');
  const isSaid = (list: object): boolean => Object.keys(list).length > 0;
  const allocatedResources = wholePod(pod.spec, 'requests');
  return {
    ...(isSaid(allocatedResources) ? { allocatedResources } : {}),
    resources: { ...(isSaid(limits) ? { limits } : {}), ...(isSaid(requests) ? { requests } : {}) },
  };
}

function statusOf(input: PodStatusInput, container: ContainerSpec, role: ContainerRole): ContainerStatus {
  const { pod } = input;
  return containerStatus({
    container,
    role,
    view: input.views.get(container.name) ?? NOTHING_KNOWN,
    backOffMs: input.backingOff.get(container.name),
    actual: input.resizes.actual.get(container.name),
    podHasInit: (pod.spec.initContainers ?? []).length > 0,
    podFullName: `${pod.metadata.name}_${pod.metadata.namespace ?? ''}(${pod.metadata.uid})`,
  });
}

/** A container of a pod that is over has ended too, even where no record of it is left. */
function lost(status: ContainerStatus): ContainerStatus {
  if (status.state?.terminated !== undefined) return status;
  const last = status.lastState?.terminated;
  const terminated = last ?? {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was terminated',
    startedAt: null,
    finishedAt: null,
  };
  return { ...status, ready: false, started: false, state: { terminated }, lastState: {} };
}

function terminalPhase(
  { pod, verdict }: PodStatusInput,
  phase: PodPhase,
  init: readonly ContainerStatus[],
  apps: readonly ContainerStatus[],
): PodPhase {
  if (verdict !== undefined) return 'Failed';
  if (phase === 'Succeeded' || phase === 'Failed') return phase;
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(c => c.restartPolicy === 'Always').map(c => c.name));
  const counted = [...init.filter(({ name }) => !sidecars.has(name)), ...apps];
  return counted.every(({ state }) => state?.terminated?.exitCode === 0) ? 'Succeeded' : 'Failed';
}
