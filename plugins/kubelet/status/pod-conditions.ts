import type { ContainerSpec, ContainerStatus, Pod, PodCondition } from '../pod.ts';
import { isSidecar } from '../plan/restart-policy.ts';
import type { PodResizes, ResizeState } from '../resize/pod-resizes.ts';
import type { PodPhase } from './phase.ts';
import type { Verdict } from '../worker/expulsion.ts';
import { timeOf } from '../../../src/base/timestamp.ts';

export interface ConditionInput {
  readonly pod: Pod;
  readonly phase: PodPhase;
  readonly initStatuses: readonly ContainerStatus[];
  readonly statuses: readonly ContainerStatus[];
  readonly sandboxReady: boolean;
  readonly verdict: Pick<Verdict, 'message' | 'disruption'> | undefined;
  readonly resizes: Pick<PodResizes, 'pending' | 'inProgress'>;
  readonly nowMs: number;
}

type Judgement = Pick<PodCondition, 'status' | 'reason' | 'message'>;
const TRUE: Judgement = { status: 'True' };

/** All conditions: the kubelet's own first, then what others set, times of transition kept. */
export function podConditions(input: ConditionInput): readonly PodCondition[] {
  const { pod, nowMs } = input;
  const before = new Map((pod.status?.conditions ?? []).map(condition => [condition.type, condition]));
  const containersReady = containersReadyVerdict(input);
  const own: readonly (readonly [string, Judgement])[] = [
    ['PodReadyToStartContainers', { status: input.sandboxReady ? 'True' : 'False' }],
    ['Initialized', initializedVerdict(input)],
    ['Ready', readyVerdict(input, containersReady, before)],
    ['ContainersReady', containersReady],
    ['PodScheduled', TRUE],
    ...disruption(input),
  ];
  const { pending, inProgress } = input.resizes;
  const names = new Set([...own.map(([type]) => type), ...RESIZES]);
  return [
    ...own.map(([type, verdict]) => condition(type, verdict, before.get(type), pod.metadata.generation, nowMs)),
    ...[...before.values()].filter(({ type }) => !names.has(type)),
    ...resizeCondition('PodResizePending', pending),
    ...resizeCondition('PodResizeInProgress', inProgress),
  ];
}

const disruption = ({ verdict }: ConditionInput): readonly (readonly [string, Judgement])[] =>
  verdict?.disruption === undefined
    ? []
    : [['DisruptionTarget', { status: 'True', reason: 'TerminationByKubelet', message: verdict.disruption }]];

const RESIZES = ['PodResizePending', 'PodResizeInProgress'];

/** It is there while it holds, and speaks of the generation that was judged. */
function resizeCondition(type: string, state: ResizeState | undefined): readonly PodCondition[] {
  if (state === undefined) return [];
  const { reason, message, generation, sinceMs } = state;
  return [
    {
      type,
      status: 'True',
      ...(reason === '' ? {} : { reason }),
      ...(message === '' ? {} : { message }),
      lastProbeTime: null,
      lastTransitionTime: timeOf(sinceMs),
      observedGeneration: generation,
    },
  ];
}

function condition(
  type: string,
  verdict: Judgement,
  before: PodCondition | undefined,
  generation: number | undefined,
  nowMs: number,
): PodCondition {
  const kept = before?.status === verdict.status ? before.lastTransitionTime : undefined;
  return {
    type,
    ...verdict,
    lastProbeTime: null,
    lastTransitionTime: kept ?? timeOf(nowMs),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
}

function initializedVerdict({ pod, phase, initStatuses, statuses }: ConditionInput): Judgement {
  const containers = pod.spec.initContainers ?? [];
  if (containers.length === 0) return TRUE;
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  const began = statuses.some(({ state, lastState }) => {
    return state?.running !== undefined || state?.terminated !== undefined || lastState?.terminated !== undefined;
  });
  const incomplete = containers
    .filter((container, index) => !initDone(container, initStatuses[index], began))
    .map(({ name }) => name);
  if (incomplete.length === 0) return TRUE;
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${incomplete.join(' ')}]`,
  };
}

function initDone(container: ContainerSpec, status: ContainerStatus | undefined, began: boolean): boolean {
  if (began) return true;
  return isSidecar(container) ? status?.started === true : status?.state?.terminated?.exitCode === 0;
}

function containersReadyVerdict({ pod, phase, initStatuses, statuses }: ConditionInput): Judgement {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const sidecars = (pod.spec.initContainers ?? [])
    .map((container, index) => ({ container, status: initStatuses[index] }))
    .filter(({ container }) => isSidecar(container));
  const apps = pod.spec.containers.map((container, index) => ({ container, status: statuses[index] }));
  const all = [...sidecars, ...apps];
  const unready = all
    .filter(({ status }) => status !== undefined && !status.ready)
    .map(({ container }) => container.name);
  const unknown = all.filter(({ status }) => status === undefined).map(({ container }) => container.name);
  const messages = [
    ...(unknown.length === 0 ? [] : [`containers with unknown status: [${unknown.join(' ')}]`]),
    ...(unready.length === 0 ? [] : [`containers with unready status: [${unready.join(' ')}]`]),
  ];
  return messages.length === 0 ? TRUE : { status: 'False', reason: 'ContainersNotReady', message: messages.join(', ') };
}

function readyVerdict(
  { pod }: ConditionInput,
  containersReady: Judgement,
  before: ReadonlyMap<string, PodCondition>,
): Judgement {
  if (containersReady.status !== 'True') return containersReady;
  const missing: string[] = [];
  for (const { conditionType } of pod.spec.readinessGates ?? []) {
    const found = before.get(conditionType);
    if (found === undefined) {
      missing.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    } else if (found.status !== 'True') {
      missing.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${found.status}`);
    }
  }
  return missing.length === 0
    ? TRUE
    : { status: 'False', reason: 'ReadinessGatesNotReady', message: missing.join(', ') };
}
