import { timeMs } from '../../../src/base/timestamp.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { isTerminating } from '../pod-facts.ts';
import { failuresOfIndex, ignoredFailuresOfIndex, isTracked } from './job-facts.ts';

/** Upstream's DefaultJobPodFailureBackOff and MaxJobPodFailureBackOff. */
const BASE_MS = 10_000;
const CAP_MS = 600_000;

/**
 * How long the next pod waits after the failures since the last success, told by the pods that are there. Failures of
 * pods that others took away are forgotten with them.
 */
export function backoffLeftMs(succeeded: readonly Pod[], failed: readonly Pod[], nowMs: number): number {
  const lastSuccessMs = Math.max(Number.NEGATIVE_INFINITY, ...succeeded.map(endedMs));
  const since = failed.filter(pod => isTracked(pod) || !isTerminating(pod)).map(endedMs);
  const failures = since.filter(ms => ms > lastSuccessMs);
  return waitLeftMs(failures.length, Math.max(...failures, 0), nowMs);
}

/** The same of one index, whose pods tell how often it failed before. */
export const indexBackoffLeftMs = (last: Pod | undefined, nowMs: number): number =>
  last === undefined ? 0 : waitLeftMs(failuresOfIndex(last) + ignoredFailuresOfIndex(last) + 1, endedMs(last), nowMs);

function waitLeftMs(failures: number, lastMs: number, nowMs: number): number {
  if (failures === 0) return 0;
  const waitMs = Math.min(BASE_MS * 2 ** Math.min(failures - 1, 30), CAP_MS);
  return Math.max(0, waitMs - (nowMs - lastMs));
}

/** When a pod ended: its last container, else when it was not ready any more, else when it was deleted. */
export function endedMs(pod: Pod): number {
  const { metadata, status } = pod;
  const unready = status.conditions?.find(condition => condition.type === 'Ready' && condition.status === 'False');
  const deletedMs = timeMs(metadata.deletionTimestamp);
  return (
    containersEndedMs(pod) ??
    timeMs(unready?.lastTransitionTime) ??
    (deletedMs === undefined ? undefined : deletedMs - (metadata.deletionGracePeriodSeconds ?? 0) * 1000) ??
    timeMs(metadata.creationTimestamp) ??
    0
  );
}

/** `undefined` where one of them has not. */
function containersEndedMs({ spec, status }: Pod): number | undefined {
  const sidecars = new Set(spec.initContainers?.filter(c => c.restartPolicy === 'Always').map(({ name }) => name));
  const statuses = [
    ...(status.containerStatuses ?? []),
    ...(status.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)),
  ];
  const times = statuses.flatMap(({ state }) => timeMs(state?.terminated?.finishedAt) ?? []);
  return times.length === 0 || times.length < statuses.length ? undefined : Math.max(...times);
}
