import { age, ageColumn, nameColumn, text, wide } from '../../../../src/api/columns.ts';
import type { Column, RowCondition } from '../../../../src/api/resource.ts';
import type { PodObject } from './pod-object.ts';
import { podSummary } from './pod-summary.ts';

const orNone = (value: string | undefined): string => (value === undefined || value === '' ? '<none>' : value);

/** Upstream tells of pods that nothing more will happen to. */
export const podRowConditions = ({ status: { phase } }: PodObject): readonly RowCondition[] => {
  if (phase === 'Succeeded') return [completed(phase, 'The pod has completed successfully.')];
  return phase === 'Failed' ? [completed(phase, 'The pod failed.')] : [];
};
const completed = (reason: string, message: string): RowCondition => ({
  type: 'Completed',
  status: 'True',
  reason,
  message,
});

export const podColumns: readonly Column<PodObject>[] = [
  nameColumn,
  text('Ready', 'How many containers are ready, of how many.', pod => {
    const { ready, total } = podSummary(pod);
    return `${ready}/${total}`;
  }),
  text('Status', 'What the containers are at, in one word.', pod => podSummary(pod).status),
  text('Restarts', 'How often containers were started again, and when last.', (pod, nowMs) => {
    const { restarts, lastRestart } = podSummary(pod);
    return restarts === 0 || lastRestart === undefined ? `${restarts}` : `${restarts} (${age(lastRestart, nowMs)} ago)`;
  }),
  ageColumn,
  wide('IP', 'Address of the pod.', ({ status }) => orNone(status.podIPs?.[0]?.ip)),
  wide('Node', 'Node the pod runs on.', ({ spec }) => orNone(spec.nodeName)),
  wide('Nominated Node', 'Node where room is made for the pod.', ({ status }) => orNone(status.nominatedNodeName)),
  wide('Readiness Gates', 'How many readiness gates are open, of how many.', ({ spec, status }) => {
    const gates = spec.readinessGates ?? [];
    const open = gates.filter(({ conditionType }) =>
      status.conditions?.some(({ type, status: value }) => type === conditionType && value === 'True'),
    );
    return gates.length === 0 ? '<none>' : `${open.length}/${gates.length}`;
  }),
];
