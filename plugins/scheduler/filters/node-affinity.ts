import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { Misfit, SchedulerFilter } from '../contract.ts';
import { isChosenBy } from '../../kinds/core/v1/node-selection.ts';

/** The nodes a pod names by labels: `nodeSelector` and required node affinity. */
export const nodeAffinity: SchedulerFilter = {
  name: 'NodeAffinity',
  order: 40,
  wakesOn: ['node-added', 'node-changed'],
  prepare: pod => {
    if (!isChoosy(pod)) return undefined;
    return node => (isChosenBy(pod.spec, node) ? undefined : NOT_CHOSEN);
  },
};

const NOT_CHOSEN: Misfit = { reasons: ["node(s) didn't match Pod's node affinity/selector"], isFinal: true };

const requiredBy = ({ spec }: Pod) => spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;

const isChoosy = (pod: Pod): boolean =>
  Object.keys(pod.spec.nodeSelector ?? {}).length > 0 || requiredBy(pod) !== undefined;
