import { once } from 'node:events';
import { request } from 'undici';
import { expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { StatusError } from '../../../src/api/status-error.ts';
import type { AdmissionRequest, AdmittedRequest } from '../contract.ts';
import { testServer } from '../testing/test-server.ts';

it('counts what it answers, and tells what others count', async () => {
  await using server = await testServer();
  await server.call('/api/v1/namespaces/none');
  const headers = { 'content-type': 'application/apply-patch+yaml' };
  const applied = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'counted' } };
  const query = '?fieldManager=test&dryRun=All';
  await server.call(`/api/v1/namespaces/default/configmaps/counted${query}`, {
    method: 'PATCH',
    headers,
    body: applied,
  });
  await server.call('/version', { token: 'unknown' });
  await server.call('/version');
  const { text, headers: told } = await server.call('/metrics');
  expect(told['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  const got =
    'component="apiserver",dry_run="",group="",resource="namespaces",scope="resource",subresource="",verb="GET",version="v1"';
  expect(text).toContain(`apiserver_request_total{code="404",${got}} 1\n`);
  expect(text).toContain('# TYPE apiserver_request_duration_seconds histogram\n');
  expect(text).toContain(`apiserver_request_duration_seconds_bucket{${got},le="60"} 1\n`);
  const own = got.replace('dry_run="",', '');
  expect(text).toContain(`apiserver_request_sli_duration_seconds_count{${own}} 1\n`);
  expect(text).not.toContain(`apiserver_request_sli_duration_seconds_bucket{${own},le="0.025"}`);
  expect(text).not.toMatch(/^apiserver_request_sli_duration_seconds_count\{.*verb="APPLY"/m);
  expect(text).toContain('apiserver_current_inflight_requests{request_kind="readOnly"} ');
  expect(text).toMatch(/dry_run="All",group="",resource="configmaps",scope="resource",subresource="",verb="APPLY"/);
  expect(text).toMatch(/^apiserver_resource_objects\{group="",resource="configmaps"\} \d+$/m);
  expect(text).toMatch(/^apiserver_storage_objects\{resource="configmaps"\} \d+$/m);
  expect(text).toContain(`apiserver_response_sizes_bucket{${own},le="1000"} 1\n`);
  expect(text).not.toMatch(/^apiserver_response_sizes.*(verb="APPLY"|_sum\{.*\} 0$)/m);
  expect(text).toMatch(/^kubernetes_build_info\{.*major="1",minor="36",.*\} 1$/m);
  const series = text.split('\n').map(line => line.slice(0, line.lastIndexOf(' ')));
  expect(series.filter((each, i) => each !== '' && series.indexOf(each) !== i)).toEqual([]);
  expect(text).toContain('# TYPE test_things gauge\ntest_things{color="red"} 2\ntest_things{color="blue"} 3\n');
});

it('counts no time that others took as its own, and tells which deprecated APIs are asked for', async () => {
  // Says of itself that it took five minutes, which nobody here waits for.
  const slow = {
    name: 'slow',
    order: 0,
    resources: ['configmaps'],
    validate: ({ audit }: AdmissionRequest) => audit?.spent('validating-webhook', 300_000),
  };
  await using server = await testServer({ admission: [slow] });
  const body = { metadata: { name: 'a' } };
  expect(await server.call('/api/v1/namespaces/default/configmaps', { method: 'POST', body })).toMatchObject({
    status: 201,
  });
  await server.call('/api/v1/namespaces/default/endpoints/none');
  const { text } = await server.call('/metrics');
  const sum = /^apiserver_request_sli_duration_seconds_sum\{.*resource="configmaps".*verb="POST".*\} (.*)$/m.exec(
    text,
  )?.[1];
  expect(Number(sum)).toBeLessThan(-200);
  expect(text).toContain(
    'apiserver_requested_deprecated_apis{group="",removed_release="",resource="endpoints",subresource="",version="v1"} 1\n',
  );
});

it('tells how many watches go on, in either form, and that none does when they are over', async () => {
  await using server = await testServer();
  const path = '/api/v1/namespaces/default/configmaps?watch=true';
  const labels =
    'component="apiserver",group="",resource="configmaps",scope="namespace",subresource="",verb="WATCH",version="v1"';
  const told = async (): Promise<string | undefined> => {
    const { text } = await server.call('/metrics');
    const line = text.split('\n').find(each => each.startsWith(`apiserver_longrunning_requests{${labels}}`));
    return line?.split(' ').at(-1);
  };
  const over = new AbortController();
  const headers = { authorization: 'Bearer token-admin' };
  const options = { dispatcher: server.agent, headers, signal: over.signal };
  const { body } = await request(`${server.url}${path}`, options);
  body.on('error', () => {});
  const socket = new WebSocket(`${server.url.replace('https', 'wss')}${path}`, {
    ca: server.ca,
    headers,
    origin: 'https://here.example.com',
  });
  await once(socket, 'open');
  await vi.waitFor(async () => expect(await told()).toBe('2'), { timeout: 20_000 });
  over.abort();
  socket.terminate();
  await vi.waitFor(async () => expect(await told()).toBe('0'), { timeout: 20_000 });
});

it('tells how long each part of admission took, and how it ended, and how many events watches were told', async () => {
  const refusing = {
    name: 'Refusing',
    order: 0,
    resources: ['configmaps'],
    mutate: ({ object }: AdmittedRequest) => object,
    validate: ({ operation }: AdmissionRequest) => {
      if (operation === 'CREATE') throw new StatusError('Forbidden', 'no');
    },
  };
  await using server = await testServer({ admission: [refusing] });
  const path = '/api/v1/namespaces/default/configmaps';
  expect(await server.call(path, { method: 'POST', body: { metadata: { name: 'a' } } })).toMatchObject({ status: 403 });
  await server.call(`/api/v1/namespaces?watch=true&timeoutSeconds=1`);
  const { text } = await server.call('/metrics');
  const counted = (what: string, labels: string) =>
    `apiserver_admission_${what}_admission_duration_seconds_bucket{${labels},le="2.5"} 1\n`;
  expect(text).toContain(counted('controller', 'name="Refusing",operation="CREATE",rejected="false",type="admit"'));
  expect(text).toContain(counted('controller', 'name="Refusing",operation="CREATE",rejected="true",type="validate"'));
  expect(text).toMatch(
    /^apiserver_admission_step_admission_duration_seconds_count\{operation="CREATE",rejected="false",type="admit"\} [1-9]/m,
  );
  expect(text).toContain(counted('step', 'operation="CREATE",rejected="true",type="validate"'));
  const events = 'group="",resource="namespaces",version="v1"';
  expect(text).toMatch(new RegExp(`^apiserver_watch_events_total\\{${events}\\} [1-9]`, 'm'));
  expect(text).toMatch(new RegExp(`^apiserver_watch_events_sizes_bucket\\{${events},le="131072"\\} [1-9]`, 'm'));
});

it('tells how checks of health ended, apart', async () => {
  await using server = await testServer();
  await server.call('/readyz');
  await server.call('/readyz?exclude=etcd');
  const { text } = await server.call('/metrics/slis');
  expect(text).toContain('kubernetes_healthcheck{name="ping",type="readyz"} 1\n');
  expect(text).toContain('kubernetes_healthchecks_total{name="ping",status="success",type="readyz"} 2\n');
  expect(text).toContain('kubernetes_healthchecks_total{name="etcd",status="success",type="readyz"} 1\n');
  expect((await server.call('/metrics')).text).not.toContain('kubernetes_healthcheck');
});

it('has all stable measures of kube-apiserver that are promised', async () => {
  const any = { name: 'Any', order: 0, resources: ['*'], validate: () => undefined };
  await using server = await testServer({ admission: [any] });
  const path = '/api/v1/namespaces/default/configmaps';
  await server.call(path, { method: 'POST', body: { metadata: { name: 'a' } } });
  await server.call(`${path}?watch=true&timeoutSeconds=1`);
  await server.call('/api/v1/namespaces/default/endpoints/none');
  const { text } = await server.call('/metrics');
  const types = new Map(text.matchAll(/^# TYPE (\S+) (\S+)$/gm).map(([, name, type]) => [name, type]));
  expect(Object.fromEntries(types)).toMatchObject({
    apiserver_admission_controller_admission_duration_seconds: 'histogram',
    apiserver_admission_step_admission_duration_seconds: 'histogram',
    apiserver_current_inflight_requests: 'gauge',
    apiserver_longrunning_requests: 'gauge',
    apiserver_request_duration_seconds: 'histogram',
    apiserver_request_total: 'counter',
    apiserver_requested_deprecated_apis: 'gauge',
    apiserver_response_sizes: 'histogram',
    apiserver_storage_objects: 'gauge',
  });
});
