import { validateDaemonSet, validateDaemonSetStatusUpdate } from './validate-daemon-set.ts';
import { ageColumn, integer, nameColumn, text, wide } from '../../../../src/api/columns.ts';
import { formatLabelSelector, formatLabels } from '../../../../src/api/format-labels.ts';
import { containerColumns } from '../../core/v1/container-columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import {
  daemonSetSpec,
  daemonSetStatus,
  type DaemonSetSpec,
  type DaemonSetStatus,
  type DaemonSetUpdateStrategy,
} from './daemon-set-spec.ts';
import { defaultTemplate } from '../../core/v1/pod-spec-defaults.ts';
import { keepTemplateGeneration, templateGenerationOf, withTemplateGeneration } from './template-generation.ts';

/** What columns are computed from. */
interface Parts {
  readonly spec: DaemonSetSpec;
  readonly status: DaemonSetStatus;
}

const count = (name: string, description: string, of: (status: DaemonSetStatus) => number | undefined) =>
  integer(name, description, ({ status }: Parts) => of(status) ?? 0);

export const DaemonSet = defineResource({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  scope: 'Namespaced',
  doc: 'Runs a pod of its template on every node that fits.',
  openapiName: 'io.k8s.api.apps.v1.DaemonSet',
  fields: {
    spec: daemonSetSpec.expected().doc('What it shall be.').at(2),
    status: daemonSetStatus.present().doc('What it is.').at(3),
  },
  status: true,
  columns: [
    nameColumn,
    count('Desired', 'Nodes that should have its pod.', status => status.desiredNumberScheduled),
    count('Current', 'Nodes that have its pod and should.', status => status.currentNumberScheduled),
    count('Ready', 'How many pods are ready.', status => status.numberReady),
    count('Up-to-date', 'How many are of the present template.', status => status.updatedNumberScheduled),
    count('Available', 'How many are available.', status => status.numberAvailable),
    text('Node Selector', 'Labels of its nodes.', ({ spec }: Parts) => formatLabels(spec.template.spec.nodeSelector)),
    ageColumn,
    ...containerColumns(({ spec }: Parts) => spec.template.spec),
    wide('Selector', 'Labels of its pods.', ({ spec }: Parts) => formatLabelSelector(spec.selector)),
  ],
  defaults: given => {
    // There before it is counted, so that who creates a set owns it, as upstream has it.
    const daemonSet = templateGenerationOf(given) === undefined ? withTemplateGeneration(given, 0) : given;
    const { spec } = daemonSet;
    const template = defaultTemplate(spec.template);
    const updateStrategy = defaultStrategy(spec.updateStrategy);
    return template === spec.template && updateStrategy === spec.updateStrategy
      ? daemonSet
      : { ...daemonSet, spec: { ...spec, template, updateStrategy } };
  },
  prepareForCreate: daemonSet => withTemplateGeneration(daemonSet, Math.max(1, templateGenerationOf(daemonSet) ?? 1)),
  prepareForUpdate: keepTemplateGeneration,
  validate: validateDaemonSet,
  validateStatusUpdate: validateDaemonSetStatusUpdate,
});
export type DaemonSet = ObjectOf<typeof DaemonSet>;

/** One node at a time, unless said otherwise. */
function defaultStrategy(strategy: DaemonSetUpdateStrategy): DaemonSetUpdateStrategy {
  const { type, rollingUpdate: { maxUnavailable, maxSurge } = {} } = strategy;
  if (type !== 'RollingUpdate' || (maxUnavailable !== undefined && maxSurge !== undefined)) return strategy;
  return { type, rollingUpdate: { maxUnavailable: maxUnavailable ?? 1, maxSurge: maxSurge ?? 0 } };
}
