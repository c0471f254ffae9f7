import { describe, expect, it } from 'vitest';
import type { Resource } from '../../src/api/resource.ts';
import { ControllerRevision } from './apps/v1/controller-revision.ts';
import { DaemonSet } from './apps/v1/daemon-set.ts';
import { Deployment } from './apps/v1/deployment.ts';
import { ReplicaSet } from './apps/v1/replica-set.ts';
import { Job } from './batch/v1/job.ts';
import { StatefulSet } from './apps/v1/stateful-set.ts';
import { CertificateSigningRequest } from './certificates/v1/certificate-signing-request.ts';
import { Lease } from './coordination/v1/lease.ts';
import { ComponentStatus } from './core/v1/component-status.ts';
import { ConfigMap } from './core/v1/config-map.ts';
import { Endpoints } from './core/v1/endpoints.ts';
import { Event } from './core/v1/event.ts';
import { Namespace } from './core/v1/namespace.ts';
import { Node } from './core/v1/node.ts';
import { PersistentVolume } from './core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from './core/v1/persistent-volume-claim.ts';
import { Pod } from './core/v1/pod.ts';
import { Secret } from './core/v1/secret.ts';
import { Service } from './core/v1/service.ts';
import { EndpointSlice } from './discovery/v1/endpoint-slice.ts';
import { Event as EventV1 } from './events/v1/event.ts';
import { NetworkPolicy } from './networking/v1/network-policy.ts';
import { RuntimeClass } from './node/v1/runtime-class.ts';
import { PodDisruptionBudget } from './policy/v1/pod-disruption-budget.ts';
import { ClusterRole } from './rbac/v1/cluster-role.ts';
import { RoleBinding } from './rbac/v1/role-binding.ts';
import { PriorityClass } from './scheduling/v1/priority-class.ts';
import { CSIDriver } from './storage/v1/csi-driver.ts';
import { CSINode } from './storage/v1/csi-node.ts';
import { StorageClass } from './storage/v1/storage-class.ts';
import { VolumeAttachment } from './storage/v1/volume-attachment.ts';
import { VolumeAttributesClass } from './storage/v1/volume-attributes-class.ts';
import { BORN, row } from './testing/row.ts';

const header = ({ columns }: Resource): string =>
  columns.map(({ name, priority }) => (priority === 1 ? `[${name}]` : name)).join(' | ');

describe('headers', () => {
  it.each([
    [Pod, 'Name | Ready | Status | Restarts | Age | [IP] | [Node] | [Nominated Node] | [Readiness Gates]'],
    [Service, 'Name | Type | Cluster-IP | External-IP | Port(s) | Age | [Selector]'],
    [
      Node,
      'Name | Status | Roles | Age | Version | [Internal-IP] | [External-IP] | [OS-Image] | [Kernel-Version] | [Container-Runtime]',
    ],
    [Deployment, 'Name | Ready | Up-to-date | Available | Age | [Containers] | [Images] | [Selector]'],
    [
      DaemonSet,
      'Name | Desired | Current | Ready | Up-to-date | Available | Node Selector | Age | [Containers] | [Images] | [Selector]',
    ],
    [StatefulSet, 'Name | Ready | Age | [Containers] | [Images]'],
    [
      PersistentVolume,
      'Name | Capacity | Access Modes | Reclaim Policy | Status | Claim | StorageClass | VolumeAttributesClass | Reason | Age | [VolumeMode]',
    ],
    [
      PersistentVolumeClaim,
      'Name | Status | Volume | Capacity | Access Modes | StorageClass | VolumeAttributesClass | Age | [VolumeMode]',
    ],
    [StorageClass, 'Name | Provisioner | ReclaimPolicy | VolumeBindingMode | AllowVolumeExpansion | Age'],
    [ControllerRevision, 'Name | Controller | Revision | Age'],
    [ReplicaSet, 'Name | Desired | Current | Ready | Age | [Containers] | [Images] | [Selector]'],
    [Job, 'Name | Status | Completions | Duration | Age | [Containers] | [Images] | [Selector]'],
    [Event, 'Last Seen | Type | Reason | Object | [Subobject] | [Source] | Message | [First Seen] | [Count] | [Name]'],
    [
      EventV1,
      'Last Seen | Type | Reason | Object | [Subobject] | [Source] | Message | [First Seen] | [Count] | [Name]',
    ],
    [RoleBinding, 'Name | Role | Age | [Users] | [Groups] | [ServiceAccounts]'],
    [EndpointSlice, 'Name | AddressType | Ports | Endpoints | Age'],
    [PodDisruptionBudget, 'Name | Min Available | Max Unavailable | Allowed Disruptions | Age'],
    [CertificateSigningRequest, 'Name | Age | SignerName | Requestor | RequestedDuration | Condition'],
    [
      CSIDriver,
      'Name | AttachRequired | PodInfoOnMount | StorageCapacity | TokenRequests | RequiresRepublish | Modes | Age',
    ],
    [ComponentStatus, 'Name | Status | Message | Error'],
    [CSINode, 'Name | Drivers | Age'],
    [VolumeAttachment, 'Name | Attacher | PV | Node | Attached | Age'],
    [VolumeAttributesClass, 'Name | DriverName | Age'],
    [NetworkPolicy, 'Name | Pod-Selector | Age'],
    [RuntimeClass, 'Name | Handler | Age'],
    [PriorityClass, 'Name | Value | Global-Default | Age | PreemptionPolicy'],
  ] as const)('%#', (resource, columns) => {
    expect(header(resource)).toBe(columns);
  });
});

const container = (name: string, more: object = {}) => ({ name, image: 'i', ...more });
const template = {
  metadata: { labels: { a: 'b' } },
  spec: { containers: [container('a'), container('b', { image: 'j:1' })] },
};
const COMPLETE = { type: 'Complete', status: 'True' };
const selector = { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'c', operator: 'In', values: ['d', 'e'] }] };
it.each<[Resource, object, readonly unknown[]]>([
  [ComponentStatus, {}, ['x', 'Unknown', '', '']],
  [ComponentStatus, { conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }] }, ['x', 'Healthy', 'ok', '']],
  [ComponentStatus, { conditions: [{ type: 'Healthy', status: 'False', error: 'e' }] }, ['x', 'Unhealthy', '', 'e']],
  [CSIDriver, { spec: {} }, ['x', true, false, false, '<unset>', false, 'Persistent', '60m']],
  [
    CSIDriver,
    {
      spec: {
        attachRequired: false,
        podInfoOnMount: true,
        tokenRequests: [{ audience: 'a' }, { audience: 'b' }],
        volumeLifecycleModes: ['Persistent', 'Ephemeral'],
      },
    },
    ['x', false, true, false, 'a,b', false, 'Persistent,Ephemeral', '60m'],
  ],
  [CSINode, { spec: { drivers: [{ name: 'a', nodeID: 'i' }] } }, ['x', 1, '60m']],
  [
    VolumeAttachment,
    { spec: { attacher: 'a', nodeName: 'n', source: { persistentVolumeName: 'v' } }, status: { attached: true } },
    ['x', 'a', 'v', 'n', true, '60m'],
  ],
  [VolumeAttributesClass, { driverName: 'a' }, ['x', 'a', '60m']],
  [NetworkPolicy, {}, ['x', '<none>', '60m']],
  [NetworkPolicy, { spec: { podSelector: { matchLabels: { a: 'b' } } } }, ['x', 'a=b', '60m']],
  [RuntimeClass, { handler: 'h' }, ['x', 'h', '60m']],
  [
    CertificateSigningRequest,
    { spec: { signerName: 'a.b/c', username: 'u', expirationSeconds: 7200 }, status: {} },
    ['x', '60m', 'a.b/c', 'u', '120m', 'Pending'],
  ],
  [
    CertificateSigningRequest,
    { status: { conditions: [{ type: 'Approved' }, { type: 'Failed' }], certificate: 'YQ==' } },
    ['x', '60m', '<none>', '', '<none>', 'Approved,Failed,Issued'],
  ],
  [
    DaemonSet,
    { spec: { selector, template }, status: { desiredNumberScheduled: 3, numberReady: 2, numberAvailable: 1 } },
    ['x', 3, 0, 2, 0, 1, '<none>', '60m', 'a,b', 'i,j:1', 'a=b,c in (d,e)'],
  ],
  [
    StatefulSet,
    { spec: { selector, template, replicas: 3 }, status: { readyReplicas: 2 } },
    ['x', '2/3', '60m', 'a,b', 'i,j:1'],
  ],
  [
    PersistentVolume,
    {
      spec: {
        capacity: { storage: '5Gi' },
        accessModes: ['ReadWriteMany', 'ReadWriteOnce'],
        claimRef: { namespace: 'n', name: 'c' },
        storageClassName: 'fast',
      },
      status: { phase: 'Bound' },
    },
    ['x', '5Gi', 'RWO,RWX', 'Retain', 'Bound', 'n/c', 'fast', '<unset>', '', '60m', 'Filesystem'],
  ],
  [
    PersistentVolumeClaim,
    {
      spec: { volumeName: 'v' },
      status: { phase: 'Bound', capacity: { storage: '5Gi' }, accessModes: ['ReadOnlyMany'] },
    },
    ['x', 'Bound', 'v', '5Gi', 'ROX', '', '<unset>', '60m', 'Filesystem'],
  ],
  [
    PersistentVolumeClaim,
    { metadata: { deletionTimestamp: BORN, annotations: { 'volume.beta.kubernetes.io/storage-class': 'old' } } },
    ['x', 'Terminating', '', '', '', 'old', '<unset>', '60m', 'Filesystem'],
  ],
  [
    StorageClass,
    { provisioner: 'p', metadata: { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } } },
    ['x (default)', 'p', 'Delete', 'Immediate', false, '60m'],
  ],
  [ControllerRevision, { revision: 3 }, ['x', '<none>', 3, '60m']],
  [
    ControllerRevision,
    {
      revision: 1,
      metadata: { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'd', controller: true }] },
    },
    ['x', 'daemonset.apps/d', 1, '60m'],
  ],
  [Job, { spec: { template } }, ['x', 'Running', '0/1', '', '60m', 'a,b', 'i,j:1', '<none>']],
  [
    Job,
    {
      spec: { template, parallelism: 3, selector },
      status: { succeeded: 1, startTime: BORN, completionTime: '2026-01-01T00:00:09Z', conditions: [COMPLETE] },
    },
    ['x', 'Complete', '1/1 of 3', '9s', '60m', 'a,b', 'i,j:1', 'a=b,c in (d,e)'],
  ],
  [
    Job,
    { metadata: { deletionTimestamp: BORN }, spec: { template, completions: 4 }, status: { startTime: BORN } },
    ['x', 'Terminating', '0/4', '60m', '60m', 'a,b', 'i,j:1', '<none>'],
  ],
  [PodDisruptionBudget, { spec: { minAvailable: '50%' } }, ['x', '50%', 'N/A', 0, '60m']],
  [
    PodDisruptionBudget,
    { spec: { maxUnavailable: 1 }, status: { disruptionsAllowed: 1 } },
    ['x', 'N/A', '1', 1, '60m'],
  ],
  [
    Service,
    {
      spec: {
        clusterIPs: ['10.0.0.1'],
        ports: [{ port: 80 }, { port: 53, protocol: 'UDP', nodePort: 30053 }],
        selector: { b: 'c', a: 'b' },
      },
    },
    ['x', 'ClusterIP', '10.0.0.1', '<none>', '80/TCP,53:30053/UDP', '60m', 'a=b,b=c'],
  ],
  [
    Service,
    { spec: { type: 'ExternalName', externalName: 'a.b' } },
    ['x', 'ExternalName', '<none>', 'a.b', '<none>', '60m', '<none>'],
  ],
  [
    Service,
    { spec: { type: 'LoadBalancer' } },
    ['x', 'LoadBalancer', '<none>', '<pending>', '<none>', '60m', '<none>'],
  ],
  [
    Service,
    {
      spec: { type: 'LoadBalancer', externalIPs: ['1.2.3.4'] },
      status: { loadBalancer: { ingress: [{ ip: '5.6.7.8' }] } },
    },
    ['x', 'LoadBalancer', '<none>', '5.6.7.8,1.2.3.4', '<none>', '60m', '<none>'],
  ],
  [
    Deployment,
    {
      spec: { replicas: 3, selector, template },
      status: { readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1 },
    },
    ['x', '1/3', 2, 1, '60m', 'a,b', 'i,j:1', 'a=b,c in (d,e)'],
  ],
  [
    ReplicaSet,
    { spec: { selector, template }, status: { replicas: 1 } },
    ['x', 1, 1, 0, '60m', 'a,b', 'i,j:1', 'a=b,c in (d,e)'],
  ],
  [
    Node,
    {
      metadata: { labels: { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/control-plane': '' } },
      spec: { unschedulable: true },
      status: {
        conditions: [{ type: 'Ready', status: 'True' }],
        addresses: [{ type: 'InternalIP', address: '1.1.1.1' }],
        nodeInfo: { kubeletVersion: 'v1', osImage: 'os' },
      },
    },
    [
      'x',
      'Ready,SchedulingDisabled',
      'control-plane,worker',
      '60m',
      'v1',
      '1.1.1.1',
      '<none>',
      'os',
      '<unknown>',
      '<unknown>',
    ],
  ],
  [Namespace, {}, ['x', 'Active', '60m']],
  [ConfigMap, { data: { a: '' }, binaryData: { b: '' } }, ['x', 2, '60m']],
  [Secret, { data: { a: '' } }, ['x', 'Opaque', 1, '60m']],
  [Lease, { spec: { holderIdentity: 'n' } }, ['x', 'n', '60m']],
  [ClusterRole, {}, ['x', BORN]],
  [PriorityClass, { value: 5 }, ['x', 5, false, '60m', 'PreemptLowerPriority']],
  [
    RoleBinding,
    {
      roleRef: { kind: 'Role', name: 'r' },
      subjects: [
        { kind: 'User', name: 'u' },
        { kind: 'ServiceAccount', name: 's', namespace: 'n' },
      ],
    },
    ['x', 'Role/r', '60m', 'u', '', 'n/s'],
  ],
  [
    Endpoints,
    { subsets: [{ addresses: [{ ip: '1.1.1.1' }, { ip: '1.1.1.2' }], ports: [{ port: 80 }, { port: 81 }] }] },
    ['x', '1.1.1.1:80,1.1.1.2:80,1.1.1.1:81 + 1 more...', '60m'],
  ],
  [Endpoints, {}, ['x', '<none>', '60m']],
  [
    EndpointSlice,
    { addressType: 'IPv4', ports: [{ port: 80 }], endpoints: [{ addresses: ['1.1.1.1'] }] },
    ['x', 'IPv4', '80', '1.1.1.1', '60m'],
  ],
  [EndpointSlice, { addressType: 'IPv4' }, ['x', 'IPv4', '<unset>', '<unset>', '60m']],
  [
    Event,
    {
      involvedObject: { kind: 'Pod', name: 'p' },
      reason: 'Started',
      message: ' Hi \n',
      type: 'Normal',
      lastTimestamp: '2026-01-01T00:59:00Z',
      firstTimestamp: BORN,
      count: 4,
      source: { component: 'kubelet', host: 'n' },
    },
    ['60s', 'Normal', 'Started', 'pod/p', '', 'kubelet, n', 'Hi', '60m', 4, 'x'],
  ],
  [
    EventV1,
    {
      regarding: { kind: 'Pod', name: 'p' },
      reason: 'Started',
      note: 'Hi',
      type: 'Normal',
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'c',
      reportingInstance: 'c-0',
    },
    ['60m', 'Normal', 'Started', 'pod/p', '', 'c, c-0', 'Hi', '60m', 1, 'x'],
  ],
])('a row of %#', (resource, object, cells) => {
  expect(row(resource, object)).toEqual(cells);
});

describe('selectable fields', () => {
  it.each<[Resource, readonly string[]]>([
    [
      Pod,
      [
        'spec.nodeName',
        'spec.restartPolicy',
        'spec.schedulerName',
        'spec.serviceAccountName',
        'spec.hostNetwork',
        'status.phase',
        'status.podIP',
        'status.podIPs',
        'status.nominatedNodeName',
      ],
    ],
    [Node, ['spec.unschedulable']],
    [Secret, ['type']],
    [Service, ['spec.clusterIP', 'spec.type']],
  ])('%#', (resource, names) => {
    expect(Object.keys(resource.selectableFields ?? {})).toEqual(names);
  });
});

it('keeps an event whichever way it is looked at', () => {
  const event = {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: 'x' },
    note: 'n',
    regarding: { kind: 'Pod' },
    deprecatedCount: 2,
    action: 'a',
  };
  const stored = EventV1.storedAs?.toStored(event as never);
  expect(stored).toEqual({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: 'x' },
    message: 'n',
    involvedObject: { kind: 'Pod' },
    count: 2,
    action: 'a',
  });
  expect(EventV1.storedAs?.fromStored(stored as never)).toEqual(event);
});
