import { request } from 'node:https';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { notFoundError } from '../../src/api/status-error.ts';
import type { ConnectHandler } from '../apiserver/contract.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { testServer, type TestServer } from '../apiserver/testing/test-server.ts';
import { memoryRecord } from './testing/memory-record.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const bySystem = 'system:admin';

const record = memoryRecord([
  { level: 'None', users: [bySystem] },
  { level: 'Metadata', resources: [{ group: '', resources: ['secrets'], resourceNames: [] }] },
  { omitManagedFields: true, verbs: ['patch'] },
  {},
]);
/** Takes the connection over, says so and ends it. */
const exec: ConnectHandler = {
  resource: 'pods',
  subresource: 'exec',
  verbs: ['get', 'create'],
  upgrade: async ({ name }, socket) => {
    if (name !== 'there') throw notFoundError(Pod, name);
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n');
    socket.end('bytes');
  },
};
let server: TestServer;
beforeAll(async () => {
  server = await testServer({ auditors: [record.auditor] }, { connects: [exec] });
});
afterAll(() => server[Symbol.asyncDispose]());

let requests = 0;
/** One request, and what is on record of it. */
async function ask(path: string, call: Parameters<TestServer['call']>[1] = {}) {
  const id = `request-${(requests += 1)}`;
  const answer = await server.call(path, { ...call, headers: { 'audit-id': id, ...call.headers } });
  return { answer, id, events: record.events.filter(({ auditID }) => auditID === id) };
}
const stages = (events: readonly { readonly stage?: unknown }[]): readonly unknown[] =>
  events.map(({ stage }) => stage);

describe('a request on record', () => {
  it('is there when it comes and when it is answered, under the id that the client is told', async () => {
    const body = { metadata: { name: 'a' }, data: { k: 'v' } };
    const { answer, id, events } = await ask(`${MAPS}?fieldManager=me`, {
      method: 'POST',
      body,
      headers: { 'user-agent': 'tester', 'x-forwarded-for': '1.2.3.4, nobody' },
    });
    expect(answer.headers['audit-id']).toBe(id);
    expect(stages(events)).toEqual(['RequestReceived', 'ResponseComplete']);
    expect(events[0]).not.toHaveProperty('responseStatus');
    expect(events[0]?.['stageTimestamp']).toBe(events[0]?.['requestReceivedTimestamp']);
    expect(events[1]).toMatchObject({
      level: 'RequestResponse',
      requestURI: `${MAPS}?fieldManager=me`,
      verb: 'create',
      user: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
      sourceIPs: ['1.2.3.4', '127.0.0.1'],
      userAgent: 'tester',
      objectRef: { resource: 'configmaps', namespace: 'default', name: 'a', apiVersion: 'v1' },
      responseStatus: { code: 201 },
      requestObject: { kind: 'ConfigMap', apiVersion: 'v1', data: { k: 'v' } },
      responseObject: answer.body,
      annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
    });
    expect(events[1]?.['requestReceivedTimestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  it('says what was refused and why', async () => {
    const { answer, events } = await ask(`${MAPS}/missing`);
    expect(events[1]).toMatchObject({
      responseStatus: { status: 'Failure', reason: 'NotFound', code: 404 },
      responseObject: answer.body,
    });
    const forbidden = await ask(`${MAPS}/a`, { token: 'token-jane' });
    expect(forbidden.events[1]).toMatchObject({
      user: { username: 'jane' },
      responseStatus: { reason: 'Forbidden', code: 403 },
      annotations: { 'authorization.k8s.io/decision': 'forbid' },
    });
  });

  it('of who is not known is there once, when it is refused', async () => {
    const { events } = await ask(`${MAPS}/a`, { token: 'nonsense' });
    expect(events).toMatchObject([
      { stage: 'ResponseStarted', user: {}, responseStatus: { reason: 'Unauthorized', code: 401 } },
    ]);
    const late = await ask(`${MAPS}/a?timeout=x`);
    expect(late.events).toMatchObject([{ stage: 'ResponseStarted', responseStatus: { code: 400 } }]);
  });

  it('names who makes it and whom it acts as', async () => {
    const { events } = await ask(`${MAPS}/a`, { headers: { 'impersonate-user': 'joe', 'impersonate-group': 'dev' } });
    expect(events[0]).not.toHaveProperty('impersonatedUser');
    expect(events[1]).toMatchObject({
      user: { username: 'admin' },
      impersonatedUser: { username: 'joe', groups: ['dev', 'system:authenticated'] },
    });
  });

  it('that is long is there when its answer begins', async () => {
    const { events } = await ask(`${MAPS}?watch=1&timeoutSeconds=1`);
    expect(stages(events)).toEqual(['RequestReceived', 'ResponseStarted', 'ResponseComplete']);
    expect(events[1]).toMatchObject({ verb: 'watch', responseStatus: { code: 200 } });
  });

  it('has no objects where the policy wants none', async () => {
    const secrets = '/api/v1/namespaces/default/secrets';
    const { events } = await ask(secrets, {
      method: 'POST',
      body: { metadata: { name: 's' }, stringData: { k: 'v' } },
    });
    expect(events[1]).toMatchObject({ level: 'Metadata', objectRef: { name: 's' }, responseStatus: { code: 201 } });
    expect(events[1]).not.toHaveProperty('requestObject');
    expect(events[1]).not.toHaveProperty('responseObject');
  });

  it('has a patch as one line of JSON, and leaves out who owns which fields where that is wished', async () => {
    const applied = await ask(`${MAPS}/a?fieldManager=me&force=true`, {
      method: 'PATCH',
      body: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  k: w\n',
      headers: { 'content-type': 'application/apply-patch+yaml' },
    });
    expect(applied.events[1]).toMatchObject({
      requestObject: { kind: 'ConfigMap', data: { k: 'w' } },
      responseObject: { data: { k: 'w' } },
    });
    expect(applied.answer.body).toHaveProperty('metadata.managedFields');
    expect(applied.events[1]).not.toHaveProperty('responseObject.metadata.managedFields');
  });

  it('has the answer in the form that the client was given, as JSON', async () => {
    const table = await ask(MAPS, { headers: { accept: 'application/json;as=Table;g=meta.k8s.io;v=v1' } });
    expect(table.events[1]).toMatchObject({ responseObject: { kind: 'Table' } });
    const yaml = await ask(`${MAPS}/a`, { headers: { accept: 'application/yaml' } });
    expect(yaml.events[1]).toMatchObject({ responseObject: { kind: 'ConfigMap', metadata: { name: 'a' } } });
    const protobuf = await ask(`${MAPS}/a`, { headers: { accept: 'application/vnd.kubernetes.protobuf' } });
    expect(protobuf.events[1]).toMatchObject({ responseObject: { kind: 'ConfigMap', metadata: { name: 'a' } } });
    const version = await ask('/version');
    expect(version.events[1]).toMatchObject({ verb: 'get', responseStatus: { code: 200 } });
    expect(version.events[1]).not.toHaveProperty('responseObject');
    expect(version.events[1]).not.toHaveProperty('objectRef');
  });

  it('of this process is one like any other', async () => {
    const client = server.clients.as({ name: 'system:kube-controller-manager', groups: ['system:masters'] });
    await client.create(ConfigMap, { metadata: { name: 'own', namespace: 'default' } });
    const own = record.events.filter(({ user }) => user?.username?.includes('kube-c'));
    expect(stages(own)).toEqual(['RequestReceived', 'ResponseComplete']);
    expect(own[1]).toMatchObject({
      verb: 'create',
      requestURI: MAPS,
      sourceIPs: ['127.0.0.1'],
      objectRef: { resource: 'configmaps', namespace: 'default', name: 'own' },
      responseStatus: { code: 201 },
      responseObject: { metadata: { name: 'own' } },
    });
    await server.clients.as({ name: bySystem, groups: ['system:masters'] }).list(ConfigMap);
    expect(record.events.some(({ user }) => user?.username === bySystem)).toBe(false);
  });
});

describe('a record that cannot be kept', () => {
  it('keeps the request from being served', async () => {
    record.stores = false;
    try {
      const { answer } = await ask(MAPS, { method: 'POST', body: { metadata: { name: 'unseen' } } });
      expect([answer.status, answer.text]).toEqual([
        500,
        `Internal Server Error: "${MAPS}": failed to store audit event\n`,
      ]);
      await expect(server.admin.list(ConfigMap)).rejects.toThrow('failed to store audit event');
    } finally {
      record.stores = true;
    }
    expect((await ask(`${MAPS}/unseen`)).answer.status).toBe(404);
    const metrics = new Map(record.counts.metrics().map(({ name, samples }) => [name, samples]));
    expect(metrics.get('apiserver_audit_requests_rejected_total')).toEqual([{ labels: {}, value: 2 }]);
    expect(metrics.get('apiserver_audit_level_total')).toContainEqual({ labels: { level: 'None' }, value: 1 });
  });
});

describe('a connection that is upgraded', () => {
  /** Asks for an upgrade; resolves with the code, once the connection is over. */
  const upgrade = (name: string, auditId: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const asked = request(`${server.url}/api/v1/namespaces/default/pods/${name}/exec`, {
        method: 'POST',
        ca: server.ca,
        headers: {
          authorization: 'Bearer token-admin',
          'audit-id': auditId,
          connection: 'Upgrade',
          upgrade: 'SPDY/3.1',
        },
      });
      asked.once('upgrade', ({ statusCode }, socket) => {
        socket.once('close', () => resolve(statusCode)).resume();
      });
      asked.once('response', answer => {
        answer.once('close', () => resolve(answer.statusCode)).resume();
      });
      asked.once('error', reject).end();
    });
  const recorded = (id: string) => record.events.filter(({ auditID }) => auditID === id);

  it('is on record when it begins and when it is over, as whoever took it over answered', async () => {
    expect(await upgrade('there', 'upgraded')).toBe(101);
    await vi.waitUntil(() => recorded('upgraded').length === 3);
    expect(recorded('upgraded')).toMatchObject([
      { stage: 'RequestReceived', verb: 'create', objectRef: { resource: 'pods', subresource: 'exec', name: 'there' } },
      { stage: 'ResponseStarted', responseStatus: { code: 101 } },
      { stage: 'ResponseComplete', responseStatus: { code: 101 } },
    ]);
  });

  it('is on record as refused', async () => {
    expect(await upgrade('gone', 'refused')).toBe(404);
    await vi.waitUntil(() => recorded('refused').length === 3);
    expect(recorded('refused')).toMatchObject([
      { stage: 'RequestReceived' },
      { stage: 'ResponseStarted', responseStatus: { reason: 'NotFound', code: 404 } },
      { stage: 'ResponseComplete', responseStatus: { reason: 'NotFound', code: 404 } },
    ]);
  });
});
