import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { Misfit, SchedulerFilter } from '../contract.ts';
import { isChosenBy } from '../../kinds/core/v1/node-selection.ts';

/** The nodes a pod names by labels: `nodeSelector` and required node affinity. */
export const nodeAffinity: SchedulerFilter = {
  name: 'NodeAffinity',
  order: 40,
  wakesOn: ['node-added', 'node-changed'],
  rejects: pod => (namedBy(pod)?.size === 0 ? 'pod affinity terms conflict' : undefined),
  only: namedBy,
  prepare: pod => {
    if (!isChoosy(pod)) return undefined;
    return node => (isChosenBy(pod.spec, node) ? undefined : NOT_CHOSEN);
  },
};

const NOT_CHOSEN: Misfit = { reasons: ["node(s) didn't match Pod's node affinity/selector"], isFinal: true };

/** The nodes it names, where each of its terms names some. */
function namedBy(pod: Pod): ReadonlySet<string> | undefined {
  const terms = requiredBy(pod)?.nodeSelectorTerms ?? [];
  if (terms.length === 0) return undefined;
  let names: ReadonlySet<string> = new Set();
  for (const { matchFields = [] } of terms) {
    const sets = matchFields.flatMap(({ key, operator, values = [] }) =>
      key === 'metadata.name' && operator === 'In' ? [new Set(values)] : [],
    );
    if (sets.length === 0) return undefined;
    names = names.union(sets.reduce((all, set) => all.intersection(set)));
  }
  return names;
}

const requiredBy = ({ spec }: Pod) => spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;

const isChoosy = (pod: Pod): boolean =>
  Object.keys(pod.spec.nodeSelector ?? {}).length > 0 || requiredBy(pod) !== undefined;
