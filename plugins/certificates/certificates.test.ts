import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../src/api/client.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import { newRequest, type Wanted } from '../../src/base/testing/new-request.ts';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { CertificateSigningRequest } from '../kinds/certificates/v1/certificate-signing-request.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { ClusterRole } from '../kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../kinds/rbac/v1/cluster-role-binding.ts';
import nodeAuthorizer from '../node-authorizer/plugin.ts';
import { caPlugin } from './testing/ca-plugin.ts';
import certificates from './plugin.ts';

const NODE_A: UserInfo = { name: 'system:node:a', groups: ['system:nodes', 'system:authenticated'] };
const TOKEN: UserInfo = { name: 'system:bootstrap:abcdef', groups: ['system:bootstrappers', 'system:authenticated'] };
const CLIENT = ['digital signature', 'client auth'];
const SERVER = ['digital signature', 'server auth'];
const nodeA: Wanted = { commonName: 'system:node:a', organizations: ['system:nodes'] };

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster({ without: ['auth'], plugins: [caPlugin(), certificates, nodeAuthorizer] });
  for (const [name, address] of [
    ['a', '10.0.0.1'],
    ['b', '10.0.0.2'],
  ] as const) {
    const status = {
      addresses: [
        { type: 'InternalIP', address },
        { type: 'InternalIP', address: '10.9.9.9' },
        { type: 'Hostname', address: `${name}.lan` },
      ],
    };
    await cluster.client.create(Node, { metadata: { name }, status });
  }
});
afterAll(() => cluster[Symbol.asyncDispose]());

let made = 0;
async function ask(
  client: Client,
  signer: string,
  usages: readonly string[],
  wanted: Wanted,
  more: object = {},
): Promise<CertificateSigningRequest> {
  const { pem } = await newRequest(wanted);
  return client.create(CertificateSigningRequest, {
    metadata: { name: `r${made++}` },
    spec: { request: Buffer.from(pem).toString('base64'), signerName: `kubernetes.io/${signer}`, usages, ...more },
  });
}
const now = ({ metadata: { name } }: CertificateSigningRequest) =>
  cluster.client.get(CertificateSigningRequest, { name });
const decide = (client: Client, { metadata }: CertificateSigningRequest, type: string) =>
  client.patch(
    CertificateSigningRequest,
    { name: metadata.name },
    { type: 'merge', body: { status: { conditions: [{ type, status: 'True' }] } } },
    { subresource: 'approval' },
  );
const issued = (request: CertificateSigningRequest): Promise<X509Certificate> =>
  cluster.eventually(async () => {
    const { certificate } = (await now(request)).status;
    if (certificate === undefined) throw new Error('not issued');
    return new X509Certificate(Buffer.from(certificate, 'base64'));
  });
const condition = (request: CertificateSigningRequest, type: string) =>
  cluster.eventually(async () => {
    const found = (await now(request)).status.conditions?.find(each => each.type === type);
    if (found === undefined) throw new Error(`not ${type}`);
    return found;
  });

describe('client certificates of kubelets', () => {
  it('are approved and signed for those that come with a token, with just what was asked', async () => {
    const request = await ask(cluster.clients.as(TOKEN), 'kube-apiserver-client-kubelet', CLIENT, nodeA, {
      expirationSeconds: 7200,
      username: 'system:admin',
      groups: ['system:masters'],
    });
    expect(request.spec).toMatchObject({ username: TOKEN.name, groups: TOKEN.groups });
    const certificate = await issued(request);
    expect(certificate.subject).toBe('O=system:nodes\nCN=system:node:a');
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    const leftSeconds = (Date.parse(certificate.validTo) - Date.now()) / 1000;
    expect(leftSeconds).toBeGreaterThan(7100);
    expect(leftSeconds).toBeLessThanOrEqual(7200);
    expect(await condition(request, 'Approved')).toMatchObject({
      reason: 'AutoApproved',
      message: 'Auto approving kubelet client certificate after SubjectAccessReview.',
    });
  });

  it('are renewed by the node itself, and by no other', async () => {
    const client = cluster.clients.as(NODE_A);
    const own = await ask(client, 'kube-apiserver-client-kubelet', CLIENT, nodeA);
    expect((await condition(own, 'Approved')).message).toContain('Auto approving self kubelet client certificate');
    const other = await ask(client, 'kube-apiserver-client-kubelet', CLIENT, { ...nodeA, commonName: 'system:node:b' });
    const marker = await ask(client, 'kube-apiserver-client-kubelet', CLIENT, nodeA);
    await issued(marker);
    expect((await now(other)).status).toEqual({});
  });

  it('have failed where the signer does not sign what was approved', async () => {
    const request = await ask(cluster.client, 'kube-apiserver-client-kubelet', CLIENT, { ...nodeA, dnsNames: ['x'] });
    await decide(cluster.client, request, 'Approved');
    expect(await condition(request, 'Failed')).toMatchObject({
      reason: 'SignerValidationFailure',
      message: 'DNS subjectAltNames are not allowed',
    });
  });
});

describe('serving certificates of kubelets', () => {
  it('are approved for the addresses of the node, for nothing else, and only to the node', async () => {
    const client = cluster.clients.as(NODE_A);
    const own = { ...nodeA, dnsNames: ['a', 'a.lan'], addresses: ['10.0.0.1'] };
    const request = await ask(client, 'kubelet-serving', SERVER, own);
    const certificate = await issued(request);
    expect(certificate.checkIP('10.0.0.1')).toBe('10.0.0.1');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    const refused = [
      await ask(client, 'kubelet-serving', SERVER, { ...own, addresses: ['10.0.0.2'] }),
      await ask(client, 'kubelet-serving', SERVER, { ...own, addresses: ['127.0.0.1'] }),
      await ask(client, 'kubelet-serving', SERVER, { ...own, addresses: ['10.9.9.9'] }),
      await ask(client, 'kubelet-serving', SERVER, { ...own, dnsNames: ['kubernetes'] }),
      await ask(cluster.client, 'kubelet-serving', SERVER, own),
      await ask(cluster.clients.as({ ...NODE_A, name: 'system:node:b' }), 'kubelet-serving', SERVER, own),
    ];
    await issued(await ask(client, 'kubelet-serving', SERVER, own));
    for (const each of refused) expect((await now(each)).status).toEqual({});
  });

  it('wait for the addresses of a node that is new', async () => {
    const client = cluster.clients.as({ ...NODE_A, name: 'system:node:c' });
    const wanted = { ...nodeA, commonName: 'system:node:c', addresses: ['10.0.0.3'] };
    const request = await ask(client, 'kubelet-serving', SERVER, wanted);
    const status = { addresses: [{ type: 'InternalIP', address: '10.0.0.3' }] };
    await cluster.client.create(Node, { metadata: { name: 'c' }, status });
    expect((await issued(request)).checkIP('10.0.0.3')).toBe('10.0.0.3');
  });
});

describe('rights', () => {
  const robot: UserInfo = { name: 'robot', groups: ['system:authenticated'] };
  beforeAll(async () => {
    const { group, plural } = CertificateSigningRequest;
    await cluster.client.create(ClusterRole, {
      metadata: { name: 'robot' },
      rules: [
        { apiGroups: [group], resources: [plural, `${plural}/approval`, `${plural}/status`], verbs: ['*'] },
        { apiGroups: [group], resources: ['signers'], verbs: ['approve', 'sign'], resourceNames: ['example.com/*'] },
      ],
    });
    await cluster.client.create(ClusterRoleBinding, {
      metadata: { name: 'robot' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'robot' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'robot' }],
    });
  });

  it('to approve and to sign are those for the signer, or for its domain', async () => {
    const client = cluster.clients.as(robot);
    const request = await cluster.eventually(() => ask(client, 'kube-apiserver-client', CLIENT, { commonName: 'x' }));
    await expect(decide(client, request, 'Approved')).rejects.toThrow(
      `certificatesigningrequests.certificates.k8s.io "${request.metadata.name}" is forbidden: user not permitted to approve requests with signerName "kubernetes.io/kube-apiserver-client"`,
    );
    await expect(
      client.updateStatus(CertificateSigningRequest, {
        ...request,
        status: { conditions: [{ type: 'Failed', status: 'True' }] },
      }),
    ).rejects.toThrow('user not permitted to sign requests with signerName "kubernetes.io/kube-apiserver-client"');
    const foreign = {
      ...request,
      metadata: { name: 'foreign' },
      spec: { ...request.spec, signerName: 'example.com/x' },
    };
    const there = await client.create(CertificateSigningRequest, foreign);
    expect((await decide(client, there, 'Approved')).status.conditions).toMatchObject([{ type: 'Approved' }]);
  });

  it('of the superusers are in no certificate that is asked for', async () => {
    const masters = { commonName: 'x', organizations: ['system:masters'] };
    await expect(ask(cluster.client, 'kube-apiserver-client', CLIENT, masters)).rejects.toThrow(
      'use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    );
  });
});

describe('what is stored', () => {
  it('is changed by each subresource in its own part alone, decisions for good', async () => {
    const { client } = cluster;
    const request = await ask(client, 'kube-apiserver-client', CLIENT, { commonName: 'x' });
    const { name } = request.metadata;
    const denied = await decide(client, request, 'Denied');
    const [condition_] = denied.status.conditions ?? [];
    expect(condition_).toMatchObject({ type: 'Denied', lastTransitionTime: condition_?.lastUpdateTime });
    expect(denied.metadata.managedFields?.map(({ subresource }) => subresource)).toContain('approval');
    await expect(decide(client, request, 'Approved')).rejects.toThrow(
      'status.conditions: Forbidden: updates may not remove a condition of type "Denied"',
    );
    const both = {
      ...denied,
      status: { conditions: [{ type: 'Approved', status: 'True' }, ...(condition_ ? [condition_] : [])] },
    };
    await expect(client.updateStatus(CertificateSigningRequest, both)).rejects.toThrow(
      'updates may not add a condition of type "Approved"',
    );
    const changed = await client.patch(
      CertificateSigningRequest,
      { name },
      { type: 'merge', body: { metadata: { labels: { a: 'b' } }, spec: { signerName: 'example.com/y' }, status: {} } },
    );
    expect(changed).toMatchObject({ metadata: { labels: { a: 'b' } }, spec: request.spec, status: denied.status });
  });
});
