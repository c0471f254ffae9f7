import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { mapShared } from '../../../../src/base/map-shared.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { containerColumns } from '../../core/v1/container-columns.ts';
import { defaultTemplate } from '../../core/v1/pod-spec-defaults.ts';
import {
  statefulSetSpec,
  statefulSetStatus,
  type StatefulSetSpec,
  type StatefulSetStatus,
  type StatefulSetUpdateStrategy,
  type VolumeClaimTemplate,
} from './stateful-set-spec.ts';
import {
  validateStatefulSet,
  validateStatefulSetStatusUpdate,
  validateStatefulSetUpdate,
} from './validate-stateful-set.ts';

/** What columns are computed from. */
interface Parts {
  readonly spec: StatefulSetSpec;
  readonly status: StatefulSetStatus;
}

export const StatefulSet = defineResource({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  shortNames: ['sts'],
  categories: ['all'],
  scope: 'Namespaced',
  doc: 'Keeps pods that each have a name, a place in the order and storage of their own.',
  openapiName: 'io.k8s.api.apps.v1.StatefulSet',
  fields: {
    spec: statefulSetSpec.expected().doc('What it shall be.').at(2),
    status: statefulSetStatus.present().doc('What it is.').at(3),
  },
  status: true,
  scale: { spec: 'spec.replicas', status: 'status.replicas', selector: 'spec.selector' },
  nameProblems: dnsLabelProblems,
  columns: [
    nameColumn,
    text(
      'Ready',
      'How many pods are ready, of how many.',
      ({ spec, status }: Parts) => `${status.readyReplicas ?? 0}/${spec.replicas}`,
    ),
    ageColumn,
    ...containerColumns(({ spec }: Parts) => spec.template.spec),
  ],
  defaults: set => {
    const { spec } = set;
    const template = defaultTemplate(spec.template);
    const updateStrategy = defaultStrategy(spec.updateStrategy);
    const volumeClaimTemplates = mapShared(spec.volumeClaimTemplates ?? [], namedAsKind);
    const isSame =
      template === spec.template &&
      updateStrategy === spec.updateStrategy &&
      volumeClaimTemplates === (spec.volumeClaimTemplates ?? volumeClaimTemplates);
    if (isSame) return set;
    const claims = volumeClaimTemplates.length === 0 ? {} : { volumeClaimTemplates };
    return { ...set, spec: { ...spec, template, updateStrategy, ...claims } };
  },
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
  validateStatusUpdate: validateStatefulSetStatusUpdate,
});
export type StatefulSet = ObjectOf<typeof StatefulSet>;

/** A gate that is closed upstream: what it would heed is dropped. */
function defaultStrategy(strategy: StatefulSetUpdateStrategy): StatefulSetUpdateStrategy {
  const { type, rollingUpdate } = strategy;
  if (type === undefined)
    return defaultStrategy({ type: 'RollingUpdate', rollingUpdate: rollingUpdate ?? { partition: 0 } });
  if (rollingUpdate?.maxUnavailable === undefined) return strategy;
  return { type, rollingUpdate: { partition: rollingUpdate.partition } };
}

const CLAIM = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' };

/** Whatever a client calls it, a template of claims is one. */
const namedAsKind = (claim: VolumeClaimTemplate): VolumeClaimTemplate =>
  claim.apiVersion === CLAIM.apiVersion && claim.kind === CLAIM.kind ? claim : { ...claim, ...CLAIM };
