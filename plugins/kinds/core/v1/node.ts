import { nodeColumns } from './node-columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { nodeSpec, type NodeSpec } from './node-spec.ts';
import { nodeStatus } from './node-status.ts';
import { placed } from '../../../../src/api/field-error.ts';
import { validateNode, validateNodeUpdate } from './validate-node.ts';

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
  createdWithStatus: true,
  defaults: node => {
    const { capacity, allocatable } = node.status;
    const spec = withPodCidrs(node.spec);
    const isBare = allocatable === undefined && capacity !== undefined;
    if (!isBare) return spec === node.spec ? node : { ...node, spec };
    return { ...node, spec, status: { ...node.status, allocatable: capacity } };
  },
  /** Settings of a kubelet are no longer kept here. */
  prepareForCreate: node => {
    if (node.spec?.configSource === undefined) return node;
    const { configSource: _dropped, ...spec } = node.spec;
    return { ...node, spec };
  },
  validate: node => placed('', validateNode(node)),
  validateUpdate: validateNodeUpdate,
});
export type Node = ObjectOf<typeof Node>;

/** The one range and the list say the same; where they differ, the one range counts. */
function withPodCidrs(spec: NodeSpec): NodeSpec {
  const { podCIDR, podCIDRs } = spec;
  if (podCIDR !== undefined) return podCIDRs?.[0] === podCIDR ? spec : { ...spec, podCIDRs: [podCIDR] };
  const first = podCIDRs?.[0];
  return first === undefined ? spec : { ...spec, podCIDR: first };
}
