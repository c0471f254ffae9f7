import { hasPodEnded } from './is-pod-active.ts';
import type { ContainerStatus, ContainerStateTerminated } from './container-status.ts';
import type { PodObject } from './pod-object.ts';

/** A pod in one line, as `kubectl get pods` tells it: printPod of upstream's printers. */
export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  readonly status: string;
  readonly restarts: number;
  /** When a container ended last before it was started again. */
  readonly lastRestart: string | undefined;
}

export function podSummary(pod: PodObject): PodSummary {
  const { spec, status } = pod;
  const init = summarizeInit(pod);
  const total = spec.containers.length + sidecarNames(pod).size;
  const isInitialized = hasCondition(pod, 'Initialized');
  if (init.status !== undefined && !isInitialized) {
    return { ready: init.ready, total, status: ending(pod, init.status), ...init.all };
  }
  const main = summarizeMain(status.containerStatuses ?? [], init.status ?? phaseOf(pod), hasCondition(pod, 'Ready'));
  return {
    ready: init.ready + main.ready,
    total,
    status: ending(pod, main.status),
    restarts: init.sidecars.restarts + main.restarts,
    lastRestart: later(init.sidecars.lastRestart, main.lastRestart),
  };
}

interface Restarts {
  readonly restarts: number;
  readonly lastRestart: string | undefined;
}

/** Sidecars are init containers that are always restarted; they count as containers. */
const sidecarNames = ({ spec }: PodObject): ReadonlySet<string> =>
  new Set((spec.initContainers ?? []).filter(one => one.restartPolicy === 'Always').map(one => one.name));

const hasCondition = ({ status }: PodObject, wanted: string): boolean =>
  status.conditions?.some(({ type, status: value }) => type === wanted && value === 'True') ?? false;

function phaseOf({ status }: PodObject): string {
  const isGated = status.conditions?.some(one => one.type === 'PodScheduled' && one.reason === 'SchedulingGated');
  return isGated === true ? 'SchedulingGated' : (status.reason ?? status.phase ?? '');
}

interface InitSummary {
  readonly ready: number;
  /** Absent once every init container has done its work. */
  readonly status: string | undefined;
  readonly all: Restarts;
  readonly sidecars: Restarts;
}

/** Counts up to the first init container that has not done its work yet. */
function summarizeInit(pod: PodObject): InitSummary {
  const sidecars = sidecarNames(pod);
  const statuses = pod.status.initContainerStatuses ?? [];
  let ready = 0;
  const stop = statuses.findIndex(one => {
    const isRunningSidecar = sidecars.has(one.name) && one.started === true;
    const isDone = one.state.terminated?.exitCode === 0 || isRunningSidecar;
    if (one.state.terminated?.exitCode !== 0 && isRunningSidecar && one.ready) ready += 1;
    return !isDone;
  });
  const seen = stop < 0 ? statuses : statuses.slice(0, stop + 1);
  const blocking = statuses[stop];
  return {
    ready,
    status: blocking === undefined ? undefined : initStatus(blocking, stop, (pod.spec.initContainers ?? []).length),
    all: restartsOf(seen),
    sidecars: restartsOf(seen.filter(one => sidecars.has(one.name))),
  };
}

function initStatus({ state: { terminated, waiting } }: ContainerStatus, index: number, count: number): string {
  if (terminated !== undefined) return `Init:${endOf(terminated)}`;
  const reason = waiting?.reason ?? '';
  return reason === '' || reason === 'PodInitializing' ? `Init:${index}/${count}` : `Init:${reason}`;
}

function endOf({ reason = '', signal = 0, exitCode }: ContainerStateTerminated): string {
  if (reason !== '') return reason;
  return signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`;
}

type MainSummary = Restarts & { readonly ready: number; readonly status: string };

/** The first container that does not run gives the status. */
function summarizeMain(statuses: readonly ContainerStatus[], before: string, isPodReady: boolean): MainSummary {
  let status = before;
  let ready = 0;
  for (const { state, ready: isReady } of statuses.toReversed()) {
    const waiting = state.waiting?.reason ?? '';
    if (waiting !== '') status = waiting;
    else if (state.terminated !== undefined) status = endOf(state.terminated);
    else if (isReady && state.running !== undefined) ready += 1;
  }
  if (status === 'Completed' && ready > 0) status = isPodReady ? 'Running' : 'NotReady';
  return { status, ready, ...restartsOf(statuses) };
}

function restartsOf(statuses: readonly ContainerStatus[]): Restarts {
  let lastRestart: string | undefined;
  for (const { lastState } of statuses) lastRestart = later(lastRestart, lastState.terminated?.finishedAt ?? undefined);
  return { restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0), lastRestart };
}

/** Moments in canonical form compare as texts. */
const later = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;

function ending({ metadata, status }: PodObject, otherwise: string): string {
  if (metadata.deletionTimestamp === undefined) return otherwise;
  if (status.reason === 'NodeLost') return 'Unknown';
  return hasPodEnded(status) ? otherwise : 'Terminating';
}
