import { ageColumn, nameColumn, text, wide } from '../../../../src/api/columns.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import type { Column } from '../../../../src/api/resource.ts';
import type { NodeSpec } from './node-spec.ts';
import type { NodeStatus } from './node-status.ts';

interface NodeObject extends AnyObject {
  readonly spec: NodeSpec;
  readonly status: NodeStatus;
}

const ROLE_PREFIX = 'node-role.kubernetes.io/';

export const nodeColumns: readonly Column<NodeObject>[] = [
  nameColumn,
  text('Status', 'Whether the node is ready and takes pods.', ({ spec, status }) => {
    const ready = status.conditions?.find(({ type }) => type === 'Ready');
    const state = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
    return spec.unschedulable === true ? `${state},SchedulingDisabled` : state;
  }),
  text('Roles', 'Roles its labels give it.', ({ metadata }) => {
    const roles = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
      if (key.startsWith(ROLE_PREFIX)) return [key.slice(ROLE_PREFIX.length)];
      return key === 'kubernetes.io/role' ? [value] : [];
    });
    return [...new Set(roles.filter(role => role !== ''))].sort().join(',') || '<none>';
  }),
  ageColumn,
  text('Version', 'Version of its kubelet.', ({ status }) => status.nodeInfo.kubeletVersion),
  wide('Internal-IP', 'Address within the cluster.', node => addressOf(node, 'InternalIP')),
  wide('External-IP', 'Address from outside.', node => addressOf(node, 'ExternalIP')),
  wide('OS-Image', 'Its operating system.', ({ status }) => status.nodeInfo.osImage || '<unknown>'),
  wide('Kernel-Version', 'Its kernel.', ({ status }) => status.nodeInfo.kernelVersion || '<unknown>'),
  wide(
    'Container-Runtime',
    'Its container runtime.',
    ({ status }) => status.nodeInfo.containerRuntimeVersion || '<unknown>',
  ),
];

const addressOf = ({ status }: NodeObject, wanted: string): string =>
  status.addresses?.find(({ type }) => type === wanted)?.address ?? '<none>';
