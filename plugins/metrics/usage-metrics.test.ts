import { beforeEach, describe, expect, it } from 'vitest';
import type { Resource } from '../../src/api/resource.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import { createCaches } from '../../src/sdk/create-caches.ts';
import { manualWorld, type ManualWorld } from '../../src/sdk/testing/manual-world.ts';
import { computedKindFor, type ComputedKind } from '../apiserver/contract.ts';
import { createReads } from '../apiserver/create-reads.ts';
import { testApi, type TestApi } from '../apiserver/testing/test-api.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { NodeMetrics } from '../kinds/metrics/v1beta1/node-metrics.ts';
import { PodMetrics } from '../kinds/metrics/v1beta1/pod-metrics.ts';
import kinds from '../kinds/plugin.ts';
import { UsageMetrics } from './usage-metrics.ts';

const START = Date.UTC(2026, 0, 1);
const MASTER = { name: 'admin', groups: ['system:masters'] };

let world: ManualWorld;
let api: TestApi;
let reads: number;
/** Asks by path while time goes on. */
let ask: (path: string) => Promise<unknown>;

/** A kubelet whose node uses half a processor and whose container `c` a quarter. */
const kubelet = (nodeName: string): string => {
  reads += 1;
  if (nodeName === 'silent') throw new Error('it does not answer');
  const [at, seconds] = [world.clock.now(), (world.clock.now() - START) / 1000];
  const of = (container: string) => `{container="${container}",namespace="default",pod="on-${nodeName}"}`;
  return [
    '# TYPE node_cpu_usage_seconds_total counter',
    `node_cpu_usage_seconds_total ${100 + seconds / 2} ${at}`,
    `node_memory_working_set_bytes 1.048576e+06 ${at}`,
    `container_cpu_usage_seconds_total${of('c')} ${50 + seconds / 4} ${at}`,
    `container_memory_working_set_bytes${of('c')} 2048 ${at}`,
    `container_start_time_seconds${of('c')} ${START / 1000 - 1000} ${at}`,
    '',
  ].join('\n');
};

const pod = (nodeName: string) =>
  api.admin
    .create(Pod, {
      metadata: { name: `on-${nodeName}`, namespace: 'default', labels: { at: nodeName } },
      spec: { nodeName, containers: [{ name: 'c', image: 'i' }] },
    })
    .then(made => api.admin.updateStatus(Pod, { ...made, status: { ...made.status, phase: 'Running' } }));

beforeEach(async () => {
  world = manualWorld(START);
  reads = 0;
  const computed: ComputedKind[] = [];
  const resources = [...(kinds.contributes ?? []).flatMap(({ items }) => items as Resource[]), NodeMetrics, PodMetrics];
  api = await testApi({ resources, computedKinds: computed }, world);
  const { signal } = new AbortController();
  const caches = createCaches({ client: api.admin, world, log: silentLogger, signal });
  const [nodes, pods] = [caches.of(Node), caches.of(Pod)];
  const metrics = new UsageMetrics({
    world,
    log: silentLogger,
    kubelets: { resourceMetrics: async name => kubelet(name) },
    nodes,
    pods,
  });
  computed.push(
    computedKindFor(NodeMetrics, { get: key => metrics.node(key), list: () => metrics.nodes() }),
    computedKindFor(PodMetrics, { get: key => metrics.pod(key), list: namespace => metrics.pods(namespace) }),
  );
  const reader = createReads(api.api, []);
  ask = async path => {
    const state = { isOver: false };
    const asked = reader.get(MASTER, `/apis/metrics.k8s.io/v1beta1/${path}`).finally(() => {
      state.isOver = true;
    });
    asked.catch(() => undefined);
    for (let tries = 0; !state.isOver && tries < 100; tries += 1) await world.advance(100);
    return asked;
  };
  for (const name of ['a', 'silent']) await api.admin.create(Node, { metadata: { name, labels: { of: name } } });
  for (const name of ['a', 'silent']) await pod(name);
  await Promise.all([nodes.synced, pods.synced]);
  const last = await api.admin.get(Pod, { name: 'on-silent', namespace: 'default' });
  await pods.reached(last.metadata.resourceVersion);
});

describe('metrics.k8s.io', () => {
  it('tells what nodes and pods use, and leaves out what is not known', async () => {
    expect(await ask('nodes')).toMatchObject({
      kind: 'NodeMetricsList',
      metadata: {},
      items: [
        {
          metadata: { name: 'a', labels: { of: 'a' } },
          timestamp: '2026-01-01T00:00:01Z',
          window: '1s',
          usage: { cpu: '500000000n', memory: '1024Ki' },
        },
      ],
    });
    expect(await ask('pods')).toMatchObject({
      kind: 'PodMetricsList',
      items: [
        {
          metadata: { name: 'on-a', namespace: 'default', labels: { at: 'a' } },
          containers: [{ name: 'c', usage: { cpu: '250000000n', memory: '2Ki' } }],
        },
      ],
    });
    expect(await ask('namespaces/default/pods/on-a')).toMatchObject({ kind: 'PodMetrics', window: '1s' });
    expect(await ask('namespaces/other/pods')).toMatchObject({ items: [] });
    expect(await ask('pods?labelSelector=at%3Db')).toMatchObject({ items: [] });
  });

  it.each([
    ['nodes/silent', 'nodemetrics.metrics.k8s.io "silent" not found'],
    ['nodes/none', 'nodemetrics.metrics.k8s.io "none" not found'],
    ['namespaces/default/pods/on-silent', 'podmetrics.metrics.k8s.io "default/on-silent" not found'],
    ['namespaces/default/pods/none', 'podmetrics.metrics.k8s.io "default/none" not found'],
  ])('has nothing of %s', async (path, message) => {
    await expect(ask(path)).rejects.toThrow(message);
  });

  it('measures while somebody asks, and nothing else', async () => {
    await world.advance(3_600_000);
    expect(reads).toBe(0);
    await ask('nodes/a');
    await ask('nodes/a');
    expect(reads).toBe(2);
    await world.advance(14_000);
    expect(await ask('nodes/a')).toMatchObject({ window: expect.stringMatching(/^14(\.\d+)?s$/) });
    expect(reads).toBe(3);
    await world.advance(3_600_000);
    expect(reads).toBe(3);
    expect(await ask('nodes/a')).toMatchObject({ window: '1s', usage: { cpu: '500000000n' } });
    expect(reads).toBe(5);
  });

  it('asks once for all who ask at the same time', async () => {
    await Promise.all([ask('nodes/a'), ask('pods'), ask('nodes/a')]);
    expect(reads - 1).toBe(2);
  });
});
