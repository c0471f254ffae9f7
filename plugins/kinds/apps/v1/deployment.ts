import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { deploymentSpec, type DeploymentStrategy } from './deployment-spec.ts';
import { deploymentStatus } from './deployment-status.ts';
import { defaultTemplate } from '../../core/v1/pod-spec-defaults.ts';

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
  status: true,
  scale: { spec: 'spec.replicas', status: 'status.replicas', selector: 'spec.selector' },
  columns: [nameColumn, ageColumn],
  fields: {
    spec: deploymentSpec.expected().doc('What it shall be.').at(2),
    status: deploymentStatus.present().doc('What it is.').at(3),
  },
  defaults: deployment => {
    const { spec } = deployment;
    const template = defaultTemplate(spec.template);
    const strategy = defaultStrategy(spec.strategy);
    return template === spec.template && strategy === spec.strategy
      ? deployment
      : { ...deployment, spec: { ...spec, template, strategy } };
  },
});
export type Deployment = ObjectOf<typeof Deployment>;

const QUARTER = '25%';

/** A quarter of the pods at a time, unless said otherwise. */
function defaultStrategy(strategy: DeploymentStrategy): DeploymentStrategy {
  const { type, rollingUpdate: { maxUnavailable, maxSurge } = {} } = strategy;
  if (type !== 'RollingUpdate' || (maxUnavailable !== undefined && maxSurge !== undefined)) return strategy;
  return { type, rollingUpdate: { maxUnavailable: maxUnavailable ?? QUARTER, maxSurge: maxSurge ?? QUARTER } };
}
