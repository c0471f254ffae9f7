import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { clients, type Client } from '../../src/api/client.ts';
import { LOOPBACK_USER, type UserInfo } from '../../src/api/user-info.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { tokenRequestHandler } from '../auth/token-request.ts';
import { authorization, subresourceHandlers, type RequestInfo } from '../apiserver/contract.ts';
import { Lease } from '../kinds/coordination/v1/lease.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Secret } from '../kinds/core/v1/secret.ts';
import { ServiceAccount } from '../kinds/core/v1/service-account.ts';
import { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import { ResourceSlice } from '../kinds/resource/v1/resource-slice.ts';
import { CSIDriver } from '../kinds/storage/v1/csi-driver.ts';
import { CSINode } from '../kinds/storage/v1/csi-node.ts';
import { VolumeAttachment } from '../kinds/storage/v1/volume-attachment.ts';
import { NetworkPolicy } from '../kinds/networking/v1/network-policy.ts';
import plugin from './plugin.ts';

const NODE_A: UserInfo = { name: 'system:node:a', groups: ['system:nodes', 'system:authenticated'] };
const NAMESPACE = 'default';

/** Only whether it comes to signing is of interest. */
const tokens = definePlugin({
  name: 'tokens',
  needs: { clients },
  start({ needs, contribute }) {
    const sign = () => Promise.resolve({ token: 'signed', tokenId: 'id', expiresAtMs: 0 });
    const client = needs.clients.as(LOOPBACK_USER);
    contribute(subresourceHandlers, tokenRequestHandler({ issuer: 'x', sign }, client));
  },
});

let cluster: TestCluster;
let a: Client;
beforeAll(async () => {
  cluster = await startCluster({ plugins: [plugin, tokens], without: ['controllers', 'scheduler'] });
  a = cluster.clients.as(NODE_A);
  const { client } = cluster;
  const disk = { accessModes: ['ReadWriteOnce' as const], capacity: { storage: '1Gi' }, hostPath: { path: '/x' } };
  const claimRef = { namespace: NAMESPACE, name: 'claim' };
  const { hostPath: _none, ...any } = disk;
  const secret = (name: string) => ({ name, namespace: 'drivers' });
  const csi = {
    driver: 'd.example.com',
    volumeHandle: 'h',
    nodeStageSecretRef: secret('s-stage'),
    controllerPublishSecretRef: secret('s-attach'),
  };
  await client.create(PersistentVolume, { metadata: { name: 'claimed' }, spec: { ...any, csi, claimRef } });
  await client.create(PersistentVolumeClaim, {
    metadata: { name: 'claim', namespace: NAMESPACE },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName: '',
      volumeName: 'claimed',
    },
  });
  await client.create(CSIDriver, { metadata: { name: csi.driver }, spec: { tokenRequests: [{ audience: 'disks' }] } });
  for (const nodeName of ['a', 'b']) {
    const source = { persistentVolumeName: 'claimed' };
    const spec = { attacher: csi.driver, nodeName, source };
    await client.create(VolumeAttachment, { metadata: { name: `to-${nodeName}` }, spec });
  }
  await client.create(PersistentVolume, { metadata: { name: 'free' }, spec: disk });
  await client.create(ServiceAccount, { metadata: { name: 'robot', namespace: NAMESPACE } });
  await client.create(ServiceAccount, { metadata: { name: 'default', namespace: NAMESPACE } });
  await client.create(Pod, {
    metadata: { name: 'on-a', namespace: NAMESPACE },
    spec: {
      nodeName: 'a',
      serviceAccountName: 'robot',
      automountServiceAccountToken: false,
      imagePullSecrets: [{ name: 's-pull' }],
      containers: [
        {
          name: 'c',
          image: 'i',
          env: [
            { name: 'A', valueFrom: { secretKeyRef: { name: 's-env', key: 'k' } } },
            { name: 'B', valueFrom: { configMapKeyRef: { name: 'c-env', key: 'k' } } },
          ],
        },
      ],
      initContainers: [{ name: 'i', image: 'i', envFrom: [{ secretRef: { name: 's-from' } }] }],
      volumes: [
        { name: 'a', secret: { secretName: 's-volume' } },
        {
          name: 'b',
          projected: {
            sources: [
              { secret: { name: 's-part' } },
              { configMap: { name: 'c-part' } },
              { serviceAccountToken: { path: 't', audience: 'vault' } },
            ],
          },
        },
        { name: 'c', persistentVolumeClaim: { claimName: 'claim' } },
      ],
      resourceClaims: [{ name: 'd', resourceClaimName: 'devices' }],
    },
  });
  const made = { status: { extendedResourceClaimStatus: { requestMappings: [], resourceClaimName: 'made' } } };
  const onA = { name: 'on-a', namespace: NAMESPACE };
  await client.patch(Pod, onA, { type: 'merge', body: made }, { subresource: 'status' });
  for (const nodeName of ['a', 'b']) await client.create(ResourceSlice, sliceOf(nodeName));
  await client.create(Pod, {
    metadata: { name: 'on-b', namespace: NAMESPACE },
    spec: {
      nodeName: 'b',
      automountServiceAccountToken: false,
      containers: [{ name: 'c', image: 'i', envFrom: [{ secretRef: { name: 's-b' } }] }],
    },
  });
});
afterAll(() => cluster[Symbol.asyncDispose]());

const sliceOf = (nodeName: string) => ({
  metadata: { name: `slice-${nodeName}` },
  spec: { driver: 'd.example.com', nodeName, pool: { name: nodeName, generation: 1, resourceSliceCount: 1 } },
});
const DEVICES = { group: 'resource.k8s.io', resource: 'resourceslices', namespace: '' };
const asked = (parts: Partial<RequestInfo>): RequestInfo => ({
  verb: 'get',
  path: '',
  isResourceRequest: true,
  group: '',
  version: 'v1',
  resource: 'secrets',
  subresource: '',
  namespace: NAMESPACE,
  name: '',
  ...parts,
});
const answer = (parts: Partial<RequestInfo>, user = NODE_A) =>
  cluster.kernel.service(authorization).authorize(user, asked(parts));
const UNRELATED = "no relationship found between node 'a' and this object";

describe('the node authorizer', () => {
  it.each<[Partial<RequestInfo>]>([
    ...['s-pull', 's-env', 's-from', 's-volume', 's-part'].map(name => [{ name }] as [Partial<RequestInfo>]),
    [{ resource: 'configmaps', name: 'c-env' }],
    [{ resource: 'configmaps', name: 'c-part', verb: 'watch' }],
    [{ verb: 'list', fieldSelector: 'metadata.name=s-env' }],
    [{ resource: 'persistentvolumeclaims', name: 'claim' }],
    [{ resource: 'persistentvolumes', namespace: '', name: 'claimed' }],
    [{ resource: 'serviceaccounts', subresource: 'token', verb: 'create', name: 'robot' }],
    [{ resource: 'pods', name: 'on-a' }],
    [{ resource: 'pods', verb: 'list', namespace: '', fieldSelector: 'spec.nodeName=a' }],
    [{ resource: 'pods', subresource: 'status', verb: 'patch', name: 'on-b' }],
    [{ resource: 'nodes', namespace: '', name: 'a' }],
    [{ resource: 'nodes', namespace: '', verb: 'watch', fieldSelector: 'metadata.name=a' }],
    [{ resource: 'leases', group: 'coordination.k8s.io', namespace: 'kube-node-lease', name: 'a', verb: 'update' }],
    [{ resource: 'persistentvolumeclaims', subresource: 'status', verb: 'patch', name: 'claim' }],
    [{ namespace: 'drivers', name: 's-stage' }],
    [{ resource: 'volumeattachments', group: 'storage.k8s.io', namespace: '', name: 'to-a' }],
    [{ resource: 'csinodes', group: 'storage.k8s.io', namespace: '', name: 'a', verb: 'update' }],
    [{ resource: 'csinodes', group: 'storage.k8s.io', namespace: '', verb: 'create' }],
    [{ group: 'resource.k8s.io', resource: 'resourceclaims', name: 'devices' }],
    [{ group: 'resource.k8s.io', resource: 'resourceclaims', name: 'made' }],
    [{ ...DEVICES, verb: 'create' }],
    [{ ...DEVICES, verb: 'patch', name: 'slice-a' }],
    [{ ...DEVICES, verb: 'deletecollection', fieldSelector: 'spec.nodeName=a,spec.driver=d.example.com' }],
    [{ resource: 'csidrivers', group: 'storage.k8s.io', namespace: '', verb: 'watch' }],
    [{ resource: 'events', verb: 'create' }],
    [{ resource: 'services', verb: 'list', namespace: '' }],
    [{ resource: 'certificatesigningrequests', group: 'certificates.k8s.io', verb: 'create', namespace: '' }],
    [{ resource: 'tokenreviews', group: 'authentication.k8s.io', verb: 'create', namespace: '' }],
  ])('lets a kubelet %j', async parts => {
    expect(await answer(parts)).toMatchObject({ allowed: true });
  });

  it.each<[Partial<RequestInfo>, string]>([
    [{ name: 's-b' }, UNRELATED],
    [{ name: 's-env', namespace: 'other' }, UNRELATED],
    [{ verb: 'list' }, 'No Object name found'],
    [{ verb: 'list', fieldSelector: 'metadata.name!=s-b' }, 'No Object name found'],
    [{ verb: 'list', namespace: '' }, 'can only read namespaced object of this type'],
    [{ verb: 'update', name: 's-env' }, 'can only read resources of this type'],
    [{ resource: 'persistentvolumeclaims', subresource: 'status', verb: 'patch', name: 'other' }, UNRELATED],
    [{ namespace: 'drivers', name: 's-attach' }, UNRELATED],
    [{ namespace: 'drivers', name: 's-stage', verb: 'delete' }, 'can only read resources of this type'],
    [{ resource: 'volumeattachments', group: 'storage.k8s.io', namespace: '', name: 'to-b' }, UNRELATED],
    [
      { resource: 'volumeattachments', group: 'storage.k8s.io', namespace: '', verb: 'list' },
      'can only get individual resources of this type',
    ],
    [
      { resource: 'csinodes', group: 'storage.k8s.io', namespace: '', name: 'b' },
      'can only access CSINode with the same name as the requesting node',
    ],
    [
      { resource: 'csinodes', group: 'storage.k8s.io', namespace: '', verb: 'list' },
      'can only get, create, update, patch, or delete a CSINode',
    ],
    [{ group: 'resource.k8s.io', resource: 'resourceclaims', name: 'other' }, UNRELATED],
    [{ ...DEVICES, verb: 'patch', name: 'slice-b' }, UNRELATED],
    [
      { ...DEVICES, verb: 'deletecollection' },
      'can only list/watch/deletecollection resourceslices with nodeName field selector',
    ],
    [{ resource: 'persistentvolumes', namespace: '', name: 'free' }, UNRELATED],
    [{ resource: 'persistentvolumes', namespace: '', name: 'unknown' }, UNRELATED],
    [{ resource: 'persistentvolumes', namespace: '', verb: 'list' }, 'can only get individual resources of this type'],
    [{ resource: 'persistentvolumeclaims', verb: 'list' }, 'can only get individual resources of this type'],
    [{ resource: 'serviceaccounts', subresource: 'token', verb: 'create', name: 'default' }, UNRELATED],
    [{ resource: 'serviceaccounts', name: 'robot' }, 'can only create tokens for individual service accounts'],
    [{ resource: 'pods', name: 'on-b' }, UNRELATED],
    [{ resource: 'pods', verb: 'list' }, 'can only list/watch pods with spec.nodeName field selector'],
    [
      { resource: 'pods', verb: 'list', fieldSelector: 'spec.nodeName=b' },
      'can only list/watch pods with spec.nodeName field selector',
    ],
    [{ resource: 'nodes', namespace: '', verb: 'delete', name: 'a' }, ''],
    [
      { resource: 'leases', group: 'coordination.k8s.io', name: 'a' },
      'can only access leases in the "kube-node-lease" system namespace',
    ],
    [
      { resource: 'leases', group: 'coordination.k8s.io', namespace: 'kube-node-lease', name: 'b' },
      'can only access node lease with the same name as the requesting node',
    ],
    [{ resource: 'pods', subresource: 'exec', verb: 'create', name: 'on-a' }, ''],
    [{ resource: 'clusterroles', group: 'rbac.authorization.k8s.io', namespace: '' }, ''],
  ])('does not let a kubelet %j', async (parts, reason) => {
    expect(await answer(parts)).toEqual({ allowed: false, reason });
  });

  it('lets a kubelet see the pods of other nodes as long as there is a network policy', async () => {
    const [all, others] = [
      { resource: 'pods', verb: 'watch', namespace: '' },
      { resource: 'pods', name: 'on-b' },
    ];
    const policy = { metadata: { name: 'all', namespace: NAMESPACE }, spec: { podSelector: {} } };
    const reaches = async (allowed: boolean) =>
      vi.waitFor(async () => expect(await answer(all)).toMatchObject({ allowed }));
    await reaches(false);
    await cluster.client.create(NetworkPolicy, policy);
    await reaches(true);
    expect(await answer(others)).toMatchObject({ allowed: false });
    await cluster.client.delete(NetworkPolicy, policy.metadata);
    await reaches(false);
  });

  it('knows nothing of others, nor of a kubelet of no node', async () => {
    expect(await answer({ name: 's-env' }, { ...NODE_A, groups: ['system:authenticated'] })).toEqual({
      allowed: false,
      reason: '',
    });
    expect(await answer({ name: 's-env' }, { ...NODE_A, name: 'system:node:' })).toEqual({
      allowed: false,
      reason: 'unknown node for user "system:node:"',
    });
  });
});

describe('NodeRestriction', () => {
  const taints = [{ key: 'k', effect: 'NoSchedule' as const }];
  beforeAll(async () => {
    await cluster.client.create(Node, { metadata: { name: 'b' } });
    await a.create(Node, { metadata: { name: 'a', labels: { 'kubernetes.io/hostname': 'a', mine: 'x' } } });
  });
  const key = { name: 'a' };
  const patchNode = (body: object, name = 'a') => a.patch(Node, { name }, { type: 'merge', body });
  const patchStatus = (name: string, body: object) =>
    a.patch(Pod, { name, namespace: NAMESPACE }, { type: 'merge', body }, { subresource: 'status' });
  const patchClaim = (body: object) =>
    a.patch(
      PersistentVolumeClaim,
      { name: 'claim', namespace: NAMESPACE },
      { type: 'merge', body },
      { subresource: 'status' },
    );
  const token = (spec: object) =>
    a.createOn(ServiceAccount, { name: 'robot', namespace: NAMESPACE }, 'token', { spec });

  it('lets a kubelet write of itself, its lease and its pods', async () => {
    await patchNode({ metadata: { labels: { mine: 'y', 'node.kubernetes.io/x': 'z' } } });
    await a.patch(Node, key, { type: 'merge', body: { status: { nodeInfo: {} } } }, { subresource: 'status' });
    await a.create(Lease, { metadata: { name: 'a', namespace: 'kube-node-lease' } });
    expect((await patchStatus('on-a', { status: { phase: 'Running' } })).status.phase).toBe('Running');
  });

  it('lets a kubelet tell how far a volume of its pods has grown', async () => {
    const body = { status: { capacity: { storage: '2Gi' }, allocatedResourceStatuses: { storage: null } } };
    expect((await patchClaim(body)).status.capacity).toEqual({ storage: '2Gi' });
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['another node', () => patchNode({}, 'b'), 'nodes "b" is forbidden: node "a" is not allowed to modify node "b"'],
    ['its taints', () => patchNode({ spec: { taints } }), 'node "a" is not allowed to modify taints'],
    [
      'labels that draw pods to it',
      () => patchNode({ metadata: { labels: { 'node-role.kubernetes.io/control-plane': '', 'x.k8s.io/y': '' } } }),
      'is not allowed to modify labels: node-role.kubernetes.io/control-plane, x.k8s.io/y',
    ],
    [
      'labels of administrators',
      () => patchNode({ metadata: { labels: { 'a.node-restriction.kubernetes.io/y': '' } } }),
      'is not allowed to modify labels: a.node-restriction.kubernetes.io/y',
    ],
    [
      'a new node by another name',
      () => a.create(Node, { metadata: { name: 'c' } }),
      'node "a" is not allowed to modify node "c"',
    ],
    [
      'the lease of another',
      () => a.create(Lease, { metadata: { name: 'b', namespace: 'kube-node-lease' } }),
      'can only access node lease with the same name as the requesting node',
    ],
    [
      'the status of another’s pod',
      () => patchStatus('on-b', { status: { phase: 'Failed' } }),
      'node "a" can only update pod status for pods with spec.nodeName set to itself',
    ],
    [
      'the phase of a claim',
      () => patchClaim({ status: { phase: 'Lost' } }),
      'node "a" is not allowed to update fields other than status.quantity and status.conditions',
    ],
    [
      'slices of another',
      () => a.create(ResourceSlice, { ...sliceOf('b'), metadata: { name: 'x' } }),
      'can only create ResourceSlice with the same NodeName as the requesting node',
    ],
    [
      'the CSINode of another',
      () => a.create(CSINode, { metadata: { name: 'b' }, spec: { drivers: [] } }),
      'can only access CSINode with the same name as the requesting node',
    ],
    [
      'labels of a pod',
      () => patchStatus('on-a', { metadata: { labels: { a: 'b' } } }),
      'node "a" cannot update labels through pod status',
    ],
    [
      'the claims of a pod',
      () => patchStatus('on-a', { status: { resourceClaimStatuses: [{ name: 'd', resourceClaimName: 'other' }] } }),
      'node "a" cannot update resource claim statues',
    ],
    [
      'the claim of its extended resources',
      () => patchStatus('on-a', { status: { extendedResourceClaimStatus: { resourceClaimName: 'other' } } }),
      'node "a" cannot update extended resource claim status',
    ],
    [
      'another’s pod away',
      () => a.delete(Pod, { name: 'on-b', namespace: NAMESPACE }),
      'node "a" can only delete pods with spec.nodeName set to itself',
    ],
    [
      'a pod',
      () =>
        a.create(Pod, {
          metadata: { name: 'x', namespace: NAMESPACE },
          spec: { nodeName: 'a', containers: [{ name: 'c', image: 'i' }] },
        }),
      'pod does not have "kubernetes.io/config.mirror" annotation, node "a" can only create mirror pods',
    ],
  ])('does not let it write %s', async (_name, act, message) => {
    await expect(act()).rejects.toThrow(message);
  });

  it('gives tokens for pods of the node alone', async () => {
    const uid = async (name: string) => (await cluster.client.get(Pod, { name, namespace: NAMESPACE })).metadata.uid;
    const bound = (name: string, of: string) => ({ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid: of } });
    await expect(token({})).rejects.toThrow('node requested token not bound to a pod');
    await expect(token(bound('on-b', await uid('on-b')))).rejects.toThrow(
      'node requested token bound to a pod scheduled on a different node',
    );
    expect(await token(bound('on-a', await uid('on-a')))).toMatchObject({ status: { token: 'signed' } });
    const forVault = { ...bound('on-a', await uid('on-a')), audiences: ['vault'] };
    expect(await token(forVault)).toMatchObject({ status: { token: 'signed' } });
    // A driver of one of its volumes asks for it.
    expect(await token({ ...forVault, audiences: ['disks'] })).toMatchObject({ status: { token: 'signed' } });
    await expect(token({ ...forVault, audiences: ['vault', 'x'] })).rejects.toThrow(
      'audience "x" not found in pod spec volume',
    );
    await expect(token(bound('on-a', 'other'))).rejects.toThrow(
      'the UID in the bound object reference (other) does not match the UID in record',
    );
  });

  it('keeps secrets of others from it', async () => {
    await cluster.client.create(Secret, { metadata: { name: 's-b', namespace: NAMESPACE } });
    await expect(a.get(Secret, { name: 's-b', namespace: NAMESPACE })).rejects.toThrow(
      `secrets "s-b" is forbidden: User "system:node:a" cannot get resource "secrets" in API group "" in the namespace "default": ${UNRELATED}`,
    );
  });
});
