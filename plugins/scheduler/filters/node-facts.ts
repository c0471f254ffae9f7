import type { SchedulerFilter } from '../contract.ts';
import { nodeMarks } from '../node-marks.ts';
import { findUntolerated, tolerates } from '../../kinds/core/v1/tolerates.ts';

const UNSCHEDULABLE_TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

/** Nodes an administrator has cordoned. */
export const nodeUnschedulable: SchedulerFilter = {
  name: 'NodeUnschedulable',
  order: 10,
  wakesOn: ['node-added', 'node-changed'],
  prepare: (pod, { nodes }) => {
    const cordoned = cordonedOf(nodes);
    if (cordoned === undefined) return undefined;
    if ((pod.spec.tolerations ?? []).some(toleration => tolerates(toleration, UNSCHEDULABLE_TAINT))) return undefined;
    return (_node, index) =>
      cordoned[index] === 1 ? { reasons: ['node(s) were unschedulable'], isFinal: true } : undefined;
  },
};
const cordonedOf = nodeMarks(({ node }) => node.spec.unschedulable === true);

export const nodeName: SchedulerFilter = {
  name: 'NodeName',
  order: 20,
  wakesOn: ['node-added'],
  prepare: ({ spec: { nodeName: wanted = '' } }) => {
    if (wanted === '') return undefined;
    return ({ name }) =>
      name === wanted ? undefined : { reasons: ["node(s) didn't match the requested node name"], isFinal: true };
  },
};

/** Taints that keep pods off unless tolerated. */
export const taintToleration: SchedulerFilter = {
  name: 'TaintToleration',
  order: 30,
  wakesOn: ['node-added', 'node-changed'],
  prepare: ({ spec }, { nodes }) => {
    const tainted = taintedOf(nodes);
    if (tainted === undefined) return undefined;
    return ({ node }, index) => {
      if (tainted[index] !== 1) return undefined;
      const repels = findUntolerated(node.spec.taints ?? [], spec.tolerations ?? [], ['NoSchedule', 'NoExecute']);
      return repels === undefined ? undefined : { reasons: ['node(s) had untolerated taint(s)'], isFinal: true };
    };
  },
};
const taintedOf = nodeMarks(({ node }) => (node.spec.taints ?? []).length > 0);
