import { nodeColumns } from './node-columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { nodeSpec } from './node-spec.ts';
import { nodeStatus } from './node-status.ts';

export const Node = defineResource({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  scope: 'Cluster',
  doc: 'A machine that runs pods.',
  openapiName: 'io.k8s.api.core.v1.Node',
  fields: {
    spec: nodeSpec.present().doc('What it shall be.').at(2),
    status: nodeStatus.present().doc('What it is.').at(3),
  },
  status: true,
  generation: false,
  columns: nodeColumns,
  selectableFields: {
    'spec.unschedulable': ({ spec }) => String(spec.unschedulable ?? false),
  },
  defaults: node => {
    const { capacity, allocatable } = node.status;
    return allocatable !== undefined || capacity === undefined
      ? node
      : { ...node, status: { ...node.status, allocatable: capacity } };
  },
});
export type Node = ObjectOf<typeof Node>;
