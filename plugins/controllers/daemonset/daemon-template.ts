import type { Affinity } from '../../kinds/core/v1/affinity.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodSpec } from '../../kinds/core/v1/pod-spec.ts';
import type { PodTemplateSpec } from '../../kinds/core/v1/pod-template-spec.ts';
import type { Toleration } from '../../kinds/core/v1/toleration.ts';

export const HASH_LABEL = 'controller-revision-hash';
export const GENERATION_LABEL = 'pod-template-generation';

const borne = (key: string, effect: 'NoExecute' | 'NoSchedule'): Toleration => ({
  key: `node.kubernetes.io/${key}`,
  operator: 'Exists',
  effect,
});
const BORNE: readonly Toleration[] = [
  borne('not-ready', 'NoExecute'),
  borne('unreachable', 'NoExecute'),
  borne('disk-pressure', 'NoSchedule'),
  borne('memory-pressure', 'NoSchedule'),
  borne('pid-pressure', 'NoSchedule'),
  borne('unschedulable', 'NoSchedule'),
];
const WITHOUT_NETWORK = borne('network-unavailable', 'NoSchedule');

/** Daemons stay on nodes in trouble, and go to nodes that are closed to others. */
export function daemonTolerations({ tolerations = [], hostNetwork = false }: PodSpec): readonly Toleration[] {
  const all = [...tolerations];
  for (const toleration of hostNetwork ? [...BORNE, WITHOUT_NETWORK] : BORNE) {
    const index = all.findIndex(
      ({ key, operator, effect, value = '' }) =>
        key === toleration.key && operator === toleration.operator && effect === toleration.effect && value === '',
    );
    if (index < 0) all.push(toleration);
    else all[index] = toleration;
  }
  return all;
}

/** The pod for one node. The scheduler binds it: its affinity leaves nothing but that node. */
export function daemonPodTemplate(
  { metadata, spec }: PodTemplateSpec,
  node: string,
  hash: string,
  generation: number | undefined,
): PodTemplateSpec {
  const labels = {
    ...metadata.labels,
    ...(generation === undefined ? {} : { [GENERATION_LABEL]: String(generation) }),
    [HASH_LABEL]: hash,
  };
  return {
    metadata: { ...metadata, labels },
    spec: { ...spec, tolerations: daemonTolerations(spec), affinity: affinityTo(spec.affinity, node) },
  };
}

function affinityTo(affinity: Affinity | undefined, node: string): Affinity {
  const term = { matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: [node] }] };
  return {
    ...affinity,
    nodeAffinity: {
      ...affinity?.nodeAffinity,
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] },
    },
  };
}

/** The node a daemon's pod is on or was made for. */
export function targetNodeOf({ spec }: Pod): string | undefined {
  if ((spec.nodeName ?? '') !== '') return spec.nodeName;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const fields = (required?.nodeSelectorTerms ?? []).flatMap(({ matchFields = [] }) => matchFields);
  const field = fields.find(({ key, operator }) => key === 'metadata.name' && operator === 'In');
  return field?.values?.length === 1 ? field.values[0] : undefined;
}
