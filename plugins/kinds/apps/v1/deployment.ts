import { validateDeployment, validateDeploymentStatusUpdate, validateSelectorUpdate } from './validate-deployment.ts';
import { ageColumn, nameColumn, text, wide } from '../../../../src/api/columns.ts';
import { formatLabelSelector } from '../../../../src/api/format-labels.ts';
import { containerColumns } from '../../core/v1/container-columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { deploymentSpec, type DeploymentSpec, type DeploymentStrategy } from './deployment-spec.ts';
import { deploymentStatus, type DeploymentStatus } from './deployment-status.ts';
import { defaultTemplate } from '../../core/v1/pod-spec-defaults.ts';

/** What columns are computed from. */
interface Parts {
  readonly spec: DeploymentSpec;
  readonly status: DeploymentStatus;
}

export const Deployment = defineResource({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  scope: 'Namespaced',
  doc: 'Rolls pods of a template out and keeps them running.',
  openapiName: 'io.k8s.api.apps.v1.Deployment',
  fields: {
    spec: deploymentSpec.expected().doc('What it shall be.').at(2),
    status: deploymentStatus.present().doc('What it is.').at(3),
  },
  status: true,
  annotationsCount: true,
  scale: { spec: 'spec.replicas', status: 'status.replicas', selector: 'spec.selector' },
  columns: [
    nameColumn,
    text(
      'Ready',
      'How many pods are ready, of how many.',
      ({ spec, status }: Parts) => `${status.readyReplicas ?? 0}/${spec.replicas}`,
    ),
    text(
      'Up-to-date',
      'How many pods are of the present template.',
      ({ status }: Parts) => status.updatedReplicas ?? 0,
    ),
    text('Available', 'How many pods are available.', ({ status }: Parts) => status.availableReplicas ?? 0),
    ageColumn,
    ...containerColumns(({ spec }: Parts) => spec.template.spec),
    wide('Selector', 'Labels of its pods.', ({ spec }: Parts) => formatLabelSelector(spec.selector)),
  ],
  defaults: deployment => {
    const { spec } = deployment;
    const template = defaultTemplate(spec.template);
    const strategy = defaultStrategy(spec.strategy);
    return template === spec.template && strategy === spec.strategy
      ? deployment
      : { ...deployment, spec: { ...spec, template, strategy } };
  },
  validate: validateDeployment,
  validateUpdate: validateSelectorUpdate,
  validateStatusUpdate: validateDeploymentStatusUpdate,
});
export type Deployment = ObjectOf<typeof Deployment>;

const QUARTER = '25%';

/** A quarter of the pods at a time, unless said otherwise. */
function defaultStrategy(strategy: DeploymentStrategy): DeploymentStrategy {
  const { type, rollingUpdate: { maxUnavailable, maxSurge } = {} } = strategy;
  if (type !== 'RollingUpdate' || (maxUnavailable !== undefined && maxSurge !== undefined)) return strategy;
  return { type, rollingUpdate: { maxUnavailable: maxUnavailable ?? QUARTER, maxSurge: maxSurge ?? QUARTER } };
}
