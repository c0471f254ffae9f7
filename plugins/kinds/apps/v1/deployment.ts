import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { deploymentSpec } from './deployment-spec.ts';
import { deploymentStatus } from './deployment-status.ts';

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
});
export type Deployment = ObjectOf<typeof Deployment>;
