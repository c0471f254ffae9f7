import type { NewObjectMeta } from '../../../src/api/object-meta.ts';
import type { StatefulSet } from '../../kinds/apps/v1/stateful-set.ts';
import type { VolumeClaimTemplate } from '../../kinds/apps/v1/stateful-set-spec.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodSpec } from '../../kinds/core/v1/pod-spec.ts';
import type { PodTemplateSpec } from '../../kinds/core/v1/pod-template-spec.ts';

export const REVISION_LABEL = 'controller-revision-hash';
const NAME_LABEL = 'statefulset.kubernetes.io/pod-name';
const INDEX_LABEL = 'apps.kubernetes.io/pod-index';

type Named = Pick<StatefulSet, 'metadata'>;

export const podNameOf = ({ metadata }: Named, ordinal: number): string => `${metadata.name}-${ordinal}`;

/** A pod's place in its set; `undefined` where its name is none that the set gives. */
export function ordinalOf({ metadata }: Named, { metadata: { name } }: Pick<Pod, 'metadata'>): number | undefined {
  const text = name.startsWith(`${metadata.name}-`) ? name.slice(metadata.name.length + 1) : '';
  return /^(0|[1-9]\d{0,8})$/.test(text) ? Number(text) : undefined;
}

export const firstOrdinal = ({ spec }: Pick<StatefulSet, 'spec'>): number => spec.ordinals?.start ?? 0;

/** Whether a pod of this ordinal is wanted. */
export function isInRange(set: StatefulSet, ordinal: number): boolean {
  const first = firstOrdinal(set);
  return ordinal >= first && ordinal < first + set.spec.replicas;
}

export const claimNameOf = (set: Named, template: VolumeClaimTemplate, ordinal: number): string =>
  `${template.metadata.name ?? ''}-${podNameOf(set, ordinal)}`;

export const revisionOf = ({ metadata }: Pick<Pod, 'metadata'>): string => metadata.labels?.[REVISION_LABEL] ?? '';

/** Labels by which services and people find one pod of a set. */
export const identityLabels = (set: Named, ordinal: number): Readonly<Record<string, string>> => ({
  [NAME_LABEL]: podNameOf(set, ordinal),
  [INDEX_LABEL]: String(ordinal),
});

export const hasIdentity = (set: Named, pod: Pod, ordinal: number): boolean =>
  pod.metadata.labels?.[NAME_LABEL] === podNameOf(set, ordinal);

/** A pod of the template with its own name, host name and claims. */
export function statefulPod(
  set: StatefulSet,
  { metadata: { labels, annotations, finalizers }, spec }: PodTemplateSpec,
  revision: string,
  ordinal: number,
): { readonly metadata: NewObjectMeta; readonly spec: PodSpec } {
  const name = podNameOf(set, ordinal);
  const { volumeClaimTemplates = [], serviceName } = set.spec;
  const claimed = volumeClaimTemplates.map(template => ({
    name: template.metadata.name ?? '',
    persistentVolumeClaim: { claimName: claimNameOf(set, template, ordinal) },
  }));
  const names = new Set(claimed.map(volume => volume.name));
  const volumes = [...claimed, ...(spec.volumes ?? []).filter(volume => !names.has(volume.name))];
  return {
    metadata: {
      name,
      labels: { ...labels, ...identityLabels(set, ordinal), [REVISION_LABEL]: revision },
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
    },
    spec: {
      ...spec,
      hostname: name,
      ...(serviceName === '' ? {} : { subdomain: serviceName }),
      ...(volumes.length === 0 ? {} : { volumes }),
    },
  };
}
