import { age, ageColumn, nameColumn, text, wide } from '../../../../src/api/columns.ts';
import type { Column } from '../../../../src/api/resource.ts';
import type { PodObject } from './pod-object.ts';
import { podSummary } from './pod-summary.ts';

const orNone = (value: string | undefined): string => (value === undefined || value === '' ? '<none>' : value);

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
