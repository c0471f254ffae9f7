import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Agent, request } from 'undici';
import { describe, expect, it } from 'vitest';
import { newRequest } from '../../src/base/testing/new-request.ts';
import { eventually } from './eventually.ts';
import { nodeFixture, nodeIsRunnable } from './node-fixture.ts';

const MAIN = resolve(import.meta.dirname, '../../src/main.js');

describe.skipIf(!nodeIsRunnable('what machines join by is'))('a machine that joins', () => {
  const fixture = nodeFixture(34);
  const url = (path: string): string => `https://127.0.0.1:${fixture.options.httpsPort}${path}`;

  /** One request as whoever `connect` and `token` make of it. */
  async function call(connect: object, method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown, token = '') {
    const agent = new Agent({ connect });
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const answer = await request(url(path), {
      method,
      dispatcher: agent,
      headers: { 'content-type': type, ...(token === '' ? {} : { authorization: `Bearer ${token}` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    await agent.close();
    return { code: answer.statusCode, text };
  }

  /** A certificate by a request that nobody but the cluster decides on. */
  async function certificate(
    connect: object,
    token: string,
    signerName: string,
    usages: string[],
    addresses: string[],
  ) {
    const wanted = { commonName: 'system:node:joiner', organizations: ['system:nodes'], addresses };
    const { pem, privateKey } = await newRequest(wanted);
    const name = `joiner-${usages[1]?.replace(' ', '-')}`;
    const csr = {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name },
      spec: { request: Buffer.from(pem).toString('base64'), signerName: `kubernetes.io/${signerName}`, usages },
    };
    const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
    expect((await call(connect, 'POST', requests, csr, token)).code).toBe(201);
    const signed = await eventually(
      async () =>
        JSON.parse((await call(connect, 'GET', `${requests}/${name}`, undefined, token)).text).status.certificate,
      found => expect(found).toBeDefined(),
    );
    return { cert: Buffer.from(String(signed), 'base64').toString(), key: privateKey };
  }

  it('comes from a token to a node that the API server reaches, and may no more than that', async () => {
    const [, digest = '', token = ''] =
      /^K10([0-9a-f]{64})::(.*)\n$/.exec(await readFile(join(fixture.server.dataDir, 'server/node-token'), 'utf8')) ??
      [];
    const { text: ca } = await call({ rejectUnauthorized: false }, 'GET', '/cacerts');
    expect(createHash('sha256').update(ca).digest('hex')).toBe(digest);
    const usages = ['digital signature', 'client auth'];
    const keys = await certificate({ ca }, token, 'kube-apiserver-client-kubelet', usages, []);
    const own = { ca, ...keys };

    const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'joiner' } };
    expect(await call(own, 'POST', '/api/v1/nodes', node)).toMatchObject({ code: 201 });
    expect(await call(own, 'GET', '/api/v1/secrets')).toMatchObject({ code: 403 });
    expect(await call({ ca }, 'GET', '/api/v1/nodes', undefined, token)).toMatchObject({ code: 403 });
    const taints = [{ key: 'own', effect: 'NoSchedule' }];
    expect(await call(own, 'PATCH', '/api/v1/nodes/joiner', { spec: { taints } })).toMatchObject({ code: 403 });
    const range = ['get', 'node', 'joiner', '-o', 'jsonpath={.spec.podCIDR}'];
    await eventually(
      () => fixture.kubectl.run(...range),
      found => expect(found).toBe(fixture.options.clusterCidr.replace('.0.0/16', '.1.0/24')),
    );

    const kubelet = createServer({ ca, requestCert: true, rejectUnauthorized: true }, (_request, answer) =>
      answer.end('hello'),
    );
    kubelet.listen(0, '127.0.0.1');
    await once(kubelet, 'listening');
    const { port } = kubelet.address() as AddressInfo;
    const status = {
      addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
      daemonEndpoints: { kubeletEndpoint: { Port: port } },
    };
    expect(await call(own, 'PATCH', '/api/v1/nodes/joiner/status', { status })).toMatchObject({ code: 200 });
    const serving = await certificate(own, '', 'kubelet-serving', ['digital signature', 'server auth'], ['127.0.0.1']);
    kubelet.setSecureContext({ ca, ...serving });
    expect(await fixture.kubectl.run('get', '--raw', '/api/v1/nodes/joiner/proxy/x')).toBe('hello');
    kubelet.close();
  });

  it('has tokens made and taken back for it, and the server’s own node is told apart', async () => {
    const tiphys = async (...args: readonly string[]): Promise<string> => {
      const all = [MAIN, 'token', ...args, '--kubeconfig', fixture.server.kubeconfig];
      return (await promisify(execFile)(process.execPath, all)).stdout;
    };
    const made = await tiphys('create', '--ttl', '1h');
    const id = made.slice(69, 75);
    expect(await tiphys('list')).toMatch(new RegExp(`^${id} +(59|60)m `, 'm'));
    expect(await tiphys('delete', made.trim())).toBe(`token ${id} deleted\n`);
    const [, own = ''] = / *(\S+) +Ready +control-plane /.exec(await fixture.kubectl.run('get', 'nodes')) ?? [];
    expect(await fixture.kubectl.run('get', '--raw', `/api/v1/nodes/${own}/proxy/healthz`)).toBe('ok');
    expect(fixture.server.output).not.toMatch(/forbidden/i);
  });
});
