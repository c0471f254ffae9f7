import { matchesTerm } from '../../kinds/core/v1/node-selection.ts';
import type { SchedulerScore } from '../contract.ts';
import { nodeMarks } from '../node-marks.ts';
import { tolerates } from '../../kinds/core/v1/tolerates.ts';

/** Prefers nodes with few `PreferNoSchedule` taints that the pod does not tolerate. */
export const taintPreference: SchedulerScore = {
  name: 'TaintToleration',
  weight: 3,
  scale: 'less',
  prepare: ({ spec }, { nodes }) => {
    const tainted = softlyTaintedOf(nodes);
    if (tainted === undefined) return undefined;
    const tolerations = (spec.tolerations ?? []).filter(({ effect }) => (effect ?? SOFT) === SOFT);
    return ({ node }, index) =>
      tainted[index] === 1
        ? (node.spec.taints ?? []).filter(
            taint => taint.effect === SOFT && !tolerations.some(toleration => tolerates(toleration, taint)),
          ).length
        : 0;
  },
};
const SOFT = 'PreferNoSchedule';

const softlyTaintedOf = nodeMarks(({ node }) => (node.spec.taints ?? []).some(({ effect }) => effect === SOFT));

/** Sums the weights of the preferred node affinity terms a node meets. */
export const nodePreference: SchedulerScore = {
  name: 'NodeAffinity',
  weight: 2,
  scale: 'more',
  prepare: ({ spec }) => {
    const preferred = spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (preferred.length === 0) return undefined;
    return node =>
      preferred.reduce((sum, { weight, preference }) => sum + (matchesTerm(preference, node) ? weight : 0), 0);
  },
};
