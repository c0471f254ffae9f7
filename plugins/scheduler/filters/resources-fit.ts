import type { Misfit, NodeView, Resources, SchedulerFilter } from '../contract.ts';
import { podRequests } from '../pod-requests.ts';

/** Whether devices stand for a resource: where a node has none of it as a plain amount, those are looked for instead. */
export type IsDevices = (resource: string) => boolean;

/** Whether what the pod requests is left on the node. */
export const nodeResourcesFit = (isDevices: IsDevices = () => false): SchedulerFilter => ({
  name: 'NodeResourcesFit',
  order: 60,
  wakesOn: ['node-added', 'node-changed', 'pod-resized', 'pod-removed', 'device-class-changed'],
  prepare: (pod, { amounts }) => {
    const { requested } = podRequests(pod);
    const { milliCpu, memory, ephemeralStorage, others } = requested;
    const isFit = (index: number): boolean =>
      amounts.of(index, 'freePods') >= 1 &&
      (milliCpu === 0 || milliCpu <= amounts.of(index, 'freeCpu')) &&
      (memory === 0 || memory <= amounts.of(index, 'freeMemory')) &&
      (ephemeralStorage === 0 || ephemeralStorage <= amounts.of(index, 'freeStorage'));
    return (node, index, supposed) =>
      others.size === 0 && supposed === undefined && isFit(index) ? undefined : misfitOf(requested, node, isDevices);
  },
});

function misfitOf(wanted: Resources, { allocatable, requested }: NodeView, isDevices: IsDevices): Misfit | undefined {
  const reasons: string[] = [];
  let isFinal = false;
  const check = (name: string, want: number, total: number, used: number): void => {
    if (want === 0 || want <= total - used) return;
    reasons.push(`Insufficient ${name}`);
    if (want > total) isFinal = true;
  };
  if (requested.pods + 1 > allocatable.pods) reasons.push('Too many pods');
  check('cpu', wanted.milliCpu, allocatable.milliCpu, requested.milliCpu);
  check('memory', wanted.memory, allocatable.memory, requested.memory);
  check('ephemeral-storage', wanted.ephemeralStorage, allocatable.ephemeralStorage, requested.ephemeralStorage);
  for (const [name, want] of wanted.others) {
    const total = allocatable.others.get(name) ?? 0;
    if (total > 0 || !isDevices(name)) check(name, want, total, requested.others.get(name) ?? 0);
  }
  return reasons.length === 0 ? undefined : { reasons, isFinal };
}
