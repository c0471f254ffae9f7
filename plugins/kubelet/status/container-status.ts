import type { ContainerSpec, ContainerState, ContainerStatus } from '../pod.ts';
import { isSidecar } from '../plan/restart-policy.ts';
import type { ContainerRecord, ContainerView } from '../plan/container-record.ts';
import { timeOf } from '../../../src/base/timestamp.ts';

export type ContainerRole = 'init' | 'app' | 'ephemeral';

export interface ContainerStatusInput {
  readonly container: ContainerSpec;
  readonly role: ContainerRole;
  readonly view: ContainerView;
  /** The back-off in force, when one is. */
  readonly backOffMs: number | undefined;
  /** The resources that are set on it, where it runs with others than it was granted. */
  readonly actual: ContainerSpec['resources'] | undefined;
  readonly podHasInit: boolean;
  /** `name_namespace(uid)`, as messages name a pod. */
  readonly podFullName: string;
}

/** One entry of `status.containerStatuses`. */
export function containerStatus(input: ContainerStatusInput): ContainerStatus {
  const { container, role, view } = input;
  const { latest, previous } = view;
  const { state, last } = states(input);
  const running = state.running !== undefined;
  const shown = latest ?? previous;
  const sidecar = isSidecar(container);
  const done = role === 'init' && !sidecar && state.terminated?.exitCode === 0;
  return {
    name: container.name,
    state,
    lastState: last === undefined ? {} : { terminated: last },
    ready: done || (running && view.ready && (role === 'app' || sidecar)),
    restartCount: shown?.attempt ?? 0,
    image: shown !== undefined && shown.image !== '' ? shown.image : (container.image ?? ''),
    imageID: shown?.imageId ?? '',
    ...(shown === undefined || shown.id === '' ? {} : { containerID: containerIdText(shown.id) }),
    started: running && view.started,
    ...(shown === undefined || shown.id === ''
      ? {}
      : allocated(container, (running ? input.actual : undefined) ?? container.resources)),
    ...mounts(container),
    ...identity(shown, running),
  };
}

const containerIdText = (id: string): string => `tiphys://${id}`;

interface States {
  readonly state: ContainerState;
  readonly last: ContainerState['terminated'];
}

function states({ container, view, backOffMs, podHasInit, podFullName }: ContainerStatusInput): States {
  const { latest, previous, waiting, hookRunning } = view;
  const before = previous === undefined ? undefined : terminatedState(previous);
  const initial = { reason: podHasInit ? 'PodInitializing' : 'ContainerCreating' };
  if (latest === undefined) return { state: { waiting: waiting ?? initial }, last: before };
  if (latest.state === 'running') {
    const state = hookRunning ? { waiting: initial } : { running: { startedAt: timeOf(latest.startedAtMs) } };
    return { state, last: before };
  }
  const ended = terminatedState(latest);
  if (backOffMs !== undefined) {
    const message = `back-off ${goDuration(backOffMs)} restarting failed container=${container.name} pod=${podFullName}`;
    return { state: { waiting: { reason: 'CrashLoopBackOff', message } }, last: ended };
  }
  if (waiting !== undefined) return { state: { waiting }, last: ended };
  return { state: { terminated: ended }, last: before };
}

function terminatedState(record: ContainerRecord): NonNullable<ContainerState['terminated']> {
  const { exit, startedAtMs, id } = record;
  return {
    exitCode: exit?.exitCode ?? 137,
    reason: exit?.reason ?? 'ContainerStatusUnknown',
    ...(exit === null || exit.message === '' ? {} : { message: exit.message }),
    startedAt: timeOf(startedAtMs),
    finishedAt: timeOf(exit?.finishedAtMs ?? 0),
    ...(id === '' ? {} : { containerID: containerIdText(id) }),
  };
}

function allocated(
  container: ContainerSpec,
  { requests, limits }: ContainerSpec['resources'],
): Partial<ContainerStatus> {
  const granted = container.resources.requests;
  return {
    ...(granted === undefined ? {} : { allocatedResources: granted }),
    resources: { ...(limits === undefined ? {} : { limits }), ...(requests === undefined ? {} : { requests }) },
  };
}

function mounts(container: ContainerSpec): Partial<ContainerStatus> {
  const list = container.volumeMounts ?? [];
  if (list.length === 0) return {};
  return {
    volumeMounts: list.map(({ name, mountPath, readOnly, recursiveReadOnly }) => ({
      name,
      mountPath,
      ...(readOnly === true ? { readOnly, recursiveReadOnly: recursiveReadOnly ?? 'Disabled' } : {}),
    })),
  };
}

function identity(record: ContainerRecord | undefined, running: boolean): Partial<ContainerStatus> {
  if (!running || record === undefined || record.user === '') return {};
  const [uid = '', gid = '', groups = ''] = record.user.split(':');
  return {
    user: {
      linux: {
        uid: Number(uid),
        gid: Number(gid),
        supplementalGroups: groups
          .split(',')
          .filter(group => group !== '')
          .map(Number),
      },
    },
  };
}

/** Whole seconds as Go prints a duration: `10s`, `2m40s`, `5m0s`. */
function goDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds % 60}s`;
}
