import { badRequestError } from '../../../src/api/status-error.ts';
import type { Pod } from '../pod.ts';
import { statusesOf } from '../worker/pod-records.ts';

export interface LoggedAttempt {
  readonly attempt: number;
  readonly containerId: string;
}

/** Which attempt's log is meant; throws as the kubelet does where there is none yet, or none any more. */
export function chooseAttempt(pod: Pod, container: string, previous: boolean): LoggedAttempt {
  const where = `container ${JSON.stringify(container)} in pod ${JSON.stringify(pod.metadata.name)}`;
  const status = statusesOf(pod).find(({ name }) => name === container);
  if (status === undefined) throw badRequestError(`${where} is not available`);
  const { state, lastState, restartCount } = status;
  const last = lastState.terminated;
  const begun = state.running !== undefined || (state.terminated?.containerID ?? '') !== '';
  const before = {
    attempt: begun ? Math.max(0, restartCount - 1) : restartCount,
    containerId: bare(last?.containerID),
  };
  if (previous) {
    if (before.containerId === '') {
      throw badRequestError(
        `previous terminated container ${JSON.stringify(container)} in pod ${JSON.stringify(pod.metadata.name)} not found`,
      );
    }
    return before;
  }
  if (begun) return { attempt: restartCount, containerId: bare(state.terminated?.containerID ?? status.containerID) };
  if (before.containerId !== '') return before;
  if (state.terminated !== undefined) throw badRequestError(`${where} is terminated`);
  throw badRequestError(`${where} is waiting to start${waitsFor(state.waiting?.reason)}`);
}

function waitsFor(reason: string | undefined): string {
  if (reason === undefined) return ' - no logs yet';
  if (reason === 'ErrImagePull') return ": image can't be pulled";
  return reason === 'ImagePullBackOff' ? ': trying and failing to pull image' : `: ${reason}`;
}

const bare = (id: string | undefined): string => id?.replace(/^[a-z]+:\/\//, '') ?? '';
