import type { SchedulerFilter } from '../contract.ts';
import { findUntolerated, tolerates } from '../../kinds/core/v1/tolerates.ts';

const UNSCHEDULABLE_TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const;

/** Nodes an administrator has cordoned. */
export const nodeUnschedulable: SchedulerFilter = {
  name: 'NodeUnschedulable',
  order: 10,
  wakesOn: ['node-added', 'node-changed'],
  prepare: pod => {
    if ((pod.spec.tolerations ?? []).some(toleration => tolerates(toleration, UNSCHEDULABLE_TAINT))) return undefined;
    return ({ node }) =>
      node.spec.unschedulable === true ? { reasons: ['node(s) were unschedulable'], isFinal: true } : undefined;
  },
};

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
  prepare:
    ({ spec }) =>
    ({ node }) => {
      const { taints } = node.spec;
      if (taints === undefined || taints.length === 0) return undefined;
      const repels = findUntolerated(taints, spec.tolerations ?? [], ['NoSchedule', 'NoExecute']);
      return repels === undefined ? undefined : { reasons: ['node(s) had untolerated taint(s)'], isFinal: true };
    },
};
