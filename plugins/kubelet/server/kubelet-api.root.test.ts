import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { testServer } from '../../apiserver/testing/test-server.ts';
import { podStreams } from '../../forwarding/pod-streams.ts';
import { RemoteAgent } from '../../forwarding/remote-agent.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { ClusterRole } from '../../kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../../kinds/rbac/v1/cluster-role-binding.ts';
import { KUBELET_PORT, TestCluster } from '../testing/test-cluster.ts';

const HOST = `127.0.0.1:${KUBELET_PORT}`;

const TARGET = `wss://${HOST}/exec/default/target/main`;

interface ExecOutcome {
  readonly protocol: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly error: string;
}

describe('the kubelet API', () => {
  let cluster: TestCluster;
  let admin: { readonly ca: string; readonly cert: string; readonly key: string };
  let nobody: typeof admin;
  beforeAll(async () => {
    cluster = await TestCluster.start();
    admin = await cluster.credentials('system:admin', ['system:masters']);
    nobody = await cluster.credentials('nobody', ['people']);
    await cluster.create('target', {
      containers: [
        {
          name: 'main',
          image: 'docker.io/library/busybox:1.35',
          command: ['sh', '-c', 'echo started; sleep 1000'],
          readinessProbe: { exec: { command: ['true'] } },
        },
      ],
    });
    await cluster.untilPod('target', 'to run', ({ status }) => status.phase === 'Running');
  });
  afterAll(() => cluster?.[Symbol.asyncDispose]());

  const get = (path: string, credentials: object): Promise<{ code: number; body: string }> =>
    new Promise((resolve, reject) => {
      const sent = request(`https://${HOST}${path}`, { ca: admin.ca, agent: false, ...credentials }, answer => {
        let body = '';
        answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
        answer.on('end', () => resolve({ code: answer.statusCode ?? 0, body }));
      });
      sent.on('error', reject);
      sent.end();
    });

  const exec = (
    command: readonly string[],
    protocols: readonly string[],
    input: readonly (Buffer | string)[] = [],
    at: { readonly url: string; readonly options: object } = { url: TARGET, options: admin },
  ): Promise<ExecOutcome> =>
    new Promise((resolve, reject) => {
      const query = new URLSearchParams({ stdout: 'true', stderr: 'true' });
      for (const word of command) query.append('command', word);
      if (input.length > 0) query.set('stdin', 'true');
      const socket = new WebSocket(`${at.url}?${query.toString()}`, [...protocols], { ...at.options });
      const seen = ['', '', '', '', ''];
      socket.on('open', () => {
        for (const message of input) socket.send(message);
      });
      socket.on('message', (data: Buffer) => {
        const isText = socket.protocol.includes('base64');
        const channel = isText ? (data[0] ?? 0) - 0x30 : (data[0] ?? 0);
        const payload = data.subarray(1).toString();
        seen[channel] += isText ? Buffer.from(payload, 'base64').toString() : payload;
      });
      socket.on('error', reject);
      socket.on('close', () => {
        const [, stdout = '', stderr = '', error = ''] = seen;
        resolve({ protocol: socket.protocol, stdout, stderr, error });
      });
    });

  it('lets in only who is known and may', async () => {
    expect(await get('/pods', {})).toMatchObject({ code: 401 });
    expect(await get('/pods', nobody)).toEqual({
      code: 403,
      body: 'Forbidden (user=nobody, verb=get, resource=nodes, subresource(s)=[pods proxy])',
    });
    expect(await get('/healthz', admin)).toEqual({ code: 200, body: 'ok' });
    expect(JSON.parse((await get('/pods', admin)).body).items[0].metadata.name).toBe('target');
  });

  it('tells by what settings it runs who may know those alone', async () => {
    const rules = [{ apiGroups: [''], resources: ['nodes/configz'], verbs: ['get'] }];
    const named = { metadata: { name: 'auditor' } };
    await cluster.client.create(ClusterRole, { ...named, rules });
    await cluster.client.create(ClusterRoleBinding, {
      ...named,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'auditor' },
      subjects: [{ kind: 'User', name: 'auditor', apiGroup: 'rbac.authorization.k8s.io' }],
    });
    const auditor = await cluster.credentials('auditor', []);
    const { code, body } = await get('/configz', auditor);
    expect([code, JSON.parse(body)]).toMatchObject([
      200,
      {
        kubeletconfig: {
          port: KUBELET_PORT,
          authentication: { webhook: { enabled: true, cacheTTL: '2m0s' }, anonymous: { enabled: false } },
          authorization: { mode: 'Webhook' },
          clusterDNS: ['10.178.0.10'],
          enforceNodeAllocatable: ['pods'],
          evictionHard: { 'memory.available': '100Mi' },
          evictionPressureTransitionPeriod: '5m0s',
          podPidsLimit: 4096,
        },
      },
    ]);
    expect(await get('/pods', auditor)).toMatchObject({ code: 403 });
    expect(await get('/configz', nobody)).toEqual({
      code: 403,
      body: 'Forbidden (user=nobody, verb=get, resource=nodes, subresource(s)=[configz proxy])',
    });
  });

  it('tells those who measure what it, its node and its pods use', async () => {
    expect((await get('/metrics/resource', admin)).body).toMatch(
      /^container_memory_working_set_bytes\{container="main",namespace="default",pod="target"\} [1-9]\d+ \d+$/m,
    );
    const own = (await get('/metrics', admin)).body;
    expect(own).toMatch(/^kubelet_node_name\{node="[^"]+"\} 1$/m);
    expect(own).toMatch(/^kubelet_running_containers\{container_state="running"\} [1-9]/m);
    for (const line of [
      'kubelet_runtime_operations_total{operation_type="run_podsandbox"} 1',
      'kubelet_runtime_operations_total{operation_type="start_container"} 1',
      'kubelet_runtime_operations_duration_seconds_bucket{operation_type="run_podsandbox",le="745.0580596923828"} 1',
      'kubelet_started_pods_total 1',
      'kubelet_started_containers_total{container_type="container"} 1',
      'kubelet_pod_start_duration_seconds_bucket{le="3600"} 1',
      'kubelet_pod_worker_duration_seconds_bucket{operation_type="create",le="10"} 1',
    ]) {
      expect(own).toContain(`\n${line}\n`);
    }
    const { body } = await get('/metrics/cadvisor', admin);
    const named = (name: string, container: string): string =>
      `^${name}\\{[^}]*container="${container}",id="/kubepods/[^"]+",image="[^"]${container === '' ? '*' : '+'}",name="[^"]*",namespace="default",pod="target"`;
    for (const name of ['container_cpu_usage_seconds_total', 'container_memory_rss', 'container_threads']) {
      expect(body).toMatch(new RegExp(named(name, 'main'), 'm'));
      expect(body).toMatch(new RegExp(named(name, ''), 'm'));
    }
    expect(body).toMatch(
      new RegExp(`${named('container_network_receive_bytes_total', '')},interface="eth0"\\} \\d+$`, 'm'),
    );
    expect(body).toMatch(/^machine_cpu_cores\{.*\} [1-9]/m);
    expect(body).toContain('\ncontainer_scrape_error 0\n');
    await vi.waitFor(
      async () =>
        expect((await get('/metrics/probes', admin)).body).toMatch(
          /^prober_probe_total\{container="main",.*probe_type="Readiness",result="successful"\} [1-9]/m,
        ),
      { timeout: 20_000 },
    );
  });

  it('sums up what pods use, with and without what they take of the disk', async () => {
    const { node, pods } = JSON.parse((await get('/stats/summary', admin)).body);
    expect(node).toMatchObject({
      cpu: { usageCoreNanoSeconds: expect.any(Number) },
      fs: { inodes: expect.any(Number) },
    });
    const used = { workingSetBytes: expect.any(Number), rssBytes: expect.any(Number) };
    expect(pods).toEqual([
      expect.objectContaining({
        podRef: { name: 'target', namespace: 'default', uid: expect.any(String) },
        memory: expect.objectContaining(used),
        network: expect.objectContaining({ name: 'eth0', interfaces: [expect.objectContaining({ name: 'eth0' })] }),
        'ephemeral-storage': expect.objectContaining({ usedBytes: expect.any(Number) }),
        containers: [expect.objectContaining({ name: 'main', memory: expect.objectContaining(used) })],
      }),
    ]);
    const less = JSON.parse((await get('/stats/summary?only_cpu_and_memory=true', admin)).body);
    expect(less.node.cpu.usageNanoCores).toEqual(expect.any(Number));
    expect(Object.keys(less.node)).toEqual(['nodeName', 'cpu', 'memory']);
  });

  it('serves logs', async () => {
    expect(await get('/containerLogs/default/target/main', admin)).toEqual({ code: 200, body: 'started\n' });
    expect(await get('/containerLogs/default/target/other', admin)).toEqual({
      code: 400,
      body: 'container other is not valid for pod target',
    });
  });

  it('runs a command over any of the protocols, and tells how it ended', async () => {
    const script = ['sh', '-c', 'echo out; echo err >&2; exit 3'];
    const failure = {
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    };
    const v5 = await exec(script, ['v5.channel.k8s.io', 'v4.channel.k8s.io']);
    expect(v5).toMatchObject({ protocol: 'v5.channel.k8s.io', stdout: 'out\n', stderr: 'err\n' });
    expect(JSON.parse(v5.error)).toMatchObject(failure);
    const v4 = await exec(['true'], ['v4.base64.channel.k8s.io']);
    expect(JSON.parse(v4.error)).toEqual({ metadata: {}, status: 'Success' });
    const v1 = await exec(script, ['channel.k8s.io']);
    expect(v1).toMatchObject({
      stdout: 'out\n',
      error: 'command terminated with non-zero exit code: command terminated with exit code 3',
    });
    const missing = await exec(['/no/such/program'], ['v5.channel.k8s.io']);
    expect(JSON.parse(missing.error)).toMatchObject({ status: 'Failure', reason: 'InternalError' });
  });

  it('sends standard input until the client closes it', async () => {
    const half = Buffer.alloc(300_000, 'x');
    const input = [
      Buffer.concat([Buffer.from([0]), half]),
      Buffer.concat([Buffer.from([0]), half]),
      Buffer.from([255, 0]),
    ];
    const counted = await exec(['wc', '-c'], ['v5.channel.k8s.io'], input);
    expect(counted.stdout).toBe('600000\n');
  });

  it('brings much output whole', async () => {
    const much = await exec(['sh', '-c', 'head -c 5000000 /dev/zero | tr "\\0" a'], ['v5.channel.k8s.io']);
    expect(much.stdout.length).toBe(5_000_000);
  });

  it('refuses what cannot be streamed before it upgrades', async () => {
    await expect(exec([], ['v5.channel.k8s.io'])).rejects.toThrow('Unexpected server response: 400');
    await expect(exec(['true'], ['v9.channel.k8s.io'])).rejects.toThrow('Unexpected server response: 400');
  });

  it('forwards ports, each on two channels that begin with it', async () => {
    const socket = new WebSocket(`wss://${HOST}/portForward/default/target?port=81`, ['v4.channel.k8s.io'], admin);
    const seen = [Buffer.alloc(0), Buffer.alloc(0)];
    socket.on('message', (data: Buffer) => {
      const channel = data[0] ?? 0;
      seen[channel] = Buffer.concat([seen[channel] ?? Buffer.alloc(0), data.subarray(1)]);
    });
    await once(socket, 'close');
    expect(seen[0]).toEqual(Buffer.from([81, 0]));
    expect(seen[1]?.subarray(0, 2)).toEqual(Buffer.from([81, 0]));
    expect(seen[1]?.toString('utf8', 2)).toMatch(/^error forwarding port 81 to pod [0-9a-f]{64}, uid : .*refused$/);
    const unnamed = new WebSocket(`wss://${HOST}/portForward/default/target`, ['v4.channel.k8s.io'], admin);
    await expect(once(unnamed, 'open')).rejects.toThrow('Unexpected server response: 400');
    const forbidden = new WebSocket(`wss://${HOST}/portForward/default/target?port=81`, [], nobody);
    await expect(once(forbidden, 'open')).rejects.toThrow('Unexpected server response: 403');
  });

  it('is asked by an API server elsewhere, whose clients notice nothing of that', async () => {
    const tls = await cluster.credentials('kube-apiserver-kubelet-client', []);
    const { timers } = hostWorld();
    const kubelet = () => Promise.resolve({ scheme: 'https' as const, host: '127.0.0.1', port: KUBELET_PORT, tls });
    const connects = podStreams(async pod => new RemoteAgent(await cluster.client.get(Pod, pod), timers, kubelet));
    await using server = await testServer({}, { connects });
    const path = '/api/v1/namespaces/default/pods/target';
    expect(await server.call(`${path}/log`)).toMatchObject({ status: 200, text: 'started\n' });
    expect(await server.call(`${path}/log?previous=true`)).toMatchObject({
      status: 400,
      body: { reason: 'BadRequest', message: 'previous terminated container "main" in pod "target" not found' },
    });
    const headers = { authorization: 'Bearer token-admin' };
    const at = { url: `wss://127.0.0.1:${server.port}${path}/exec`, options: { ca: server.ca, headers } };
    const script = ['sh', '-c', 'cat; head -c 3000000 /dev/zero | tr "\\0" a; echo err >&2; exit 3'];
    const input = [Buffer.from('\0in'), Buffer.from([255, 0])];
    const done = await exec(script, ['v5.channel.k8s.io'], input, at);
    expect([done.stdout.length, done.stdout.slice(0, 3), done.stderr]).toEqual([3_000_002, 'ina', 'err\n']);
    expect(JSON.parse(done.error)).toMatchObject({ details: { causes: [{ reason: 'ExitCode', message: '3' }] } });
    await expect(exec([], ['v5.channel.k8s.io'], [], at)).rejects.toThrow('Unexpected server response: 400');

    const spdy = {
      connection: 'Upgrade',
      upgrade: 'SPDY/3.1',
      'x-stream-protocol-version': ['v9.x', 'v4.channel.k8s.io'],
    };
    const asked = request(`${server.url}${path}/exec?command=true&stdout=1`, {
      ca: server.ca,
      agent: false,
      method: 'POST',
      headers: { ...headers, ...spdy },
    }).end();
    const [answer, socket] = (await once(asked, 'upgrade')) as [IncomingMessage, Socket];
    socket.destroy();
    expect(answer.headers['x-stream-protocol-version']).toBe('v4.channel.k8s.io');

    const forward = new WebSocket(`wss://127.0.0.1:${server.port}${path}/portforward?ports=81`, ['v4.channel.k8s.io'], {
      ca: server.ca,
      headers,
    });
    const [first] = (await once(forward, 'message')) as [Buffer];
    expect(first).toEqual(Buffer.from([0, 81, 0]));
    forward.terminate();
  });

  it.each([
    [['v5.channel.k8s.io', 'v4.channel.k8s.io'], 101, 'v4.channel.k8s.io'],
    [['v9.channel.k8s.io'], 403, undefined],
  ])('agrees with a client of SPDY that offers %j', async (offered, code, agreed) => {
    const headers = { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': offered };
    const path = '/exec/default/target/main?command=true&output=1';
    const asked = request(`https://${HOST}${path}`, { ...admin, agent: false, method: 'POST', headers }).end();
    const [answer, socket] = (await Promise.race([once(asked, 'upgrade'), once(asked, 'response')])) as [
      IncomingMessage,
      Socket | undefined,
    ];
    socket?.destroy();
    expect(answer.statusCode).toBe(code);
    expect(answer.headers['x-stream-protocol-version']).toBe(agreed);
    if (code === 403) {
      expect(answer.headers['x-accepted-stream-protocol-versions']).toBe(
        'v4.channel.k8s.io, v3.channel.k8s.io, v2.channel.k8s.io, channel.k8s.io',
      );
    }
  });
});
