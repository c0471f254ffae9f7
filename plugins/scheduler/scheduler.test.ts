import { describe, expect, it } from 'vitest';
import { manualWorld } from '../../src/sdk/testing/manual-world.ts';
import type { Node } from '../kinds/core/v1/node.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { ClusterState } from './cluster-state.ts';
import type { ClusterChange, SchedulerScore } from './contract.ts';
import { decide, type DecisionRules } from './decide.ts';
import { nodeAffinity } from './filters/node-affinity.ts';
import { nodeName, nodeUnschedulable, taintToleration } from './filters/node-facts.ts';
import { nodePorts } from './filters/node-ports.ts';
import { nodeResourcesFit } from './filters/resources-fit.ts';
import { fitErrorMessage } from './fit-error.ts';
import { podRequests } from './pod-requests.ts';
import { PodQueue } from './pod-queue.ts';
import { nodePreference, taintPreference } from './scores/preferences.ts';
import { leastAllocated } from './scores/resources.ts';

const node = (
  name: string,
  more: { readonly labels?: object; readonly spec?: object; readonly cpu?: string } = {},
): Node =>
  ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: name, labels: more.labels ?? {} },
    spec: more.spec ?? {},
    status: { allocatable: { cpu: more.cpu ?? '4', memory: '8Gi', pods: '3' } },
  }) as unknown as Node;

const pod = (name: string, spec: object = {}, cpu = '1'): Pod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', uid: name, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { containers: [{ name: 'c', image: 'i', resources: { requests: { cpu } } }], ...spec },
    status: {},
  }) as unknown as Pod;

const rules: DecisionRules = {
  filters: [nodeUnschedulable, nodeName, taintToleration, nodeAffinity, nodePorts, nodeResourcesFit()],
  scores: [leastAllocated, nodePreference, taintPreference],
  fraction: () => 0.5,
};

const clusterOf = (...nodes: readonly Node[]): ClusterState => {
  const cluster = new ClusterState();
  for (const each of nodes) cluster.putNode(each);
  return cluster;
};

function outcome(pending: Pod, cluster: ClusterState): string {
  const decision = decide(pending, cluster, rules);
  if (decision.node !== undefined) return decision.node.name;
  return fitErrorMessage(decision.diagnosis);
}

describe('decide', () => {
  const tainted = node('tainted', { spec: { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] } });
  const selector = (key: string, operator: string, values: readonly string[] = []) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }],
        },
      },
    },
  });
  const named = (...sets: readonly (readonly string[])[]) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: sets.map(values => ({ key: 'metadata.name', operator: 'In', values })) }],
        },
      },
    },
  });
  const prefers = (key: string) => ({
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 80, preference: { matchExpressions: [{ key, operator: 'Exists' }] } },
        ],
      },
    },
  });

  it.each([
    ['no nodes', pod('p'), [], 'no nodes available to schedule pods'],
    [
      'too large for any node',
      pod('p', {}, '64'),
      [node('a'), tainted],
      '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s).',
    ],
    [
      'cordoned',
      pod('p'),
      [node('a', { spec: { unschedulable: true } })],
      '0/1 nodes are available: 1 node(s) were unschedulable.',
    ],
    ['tolerating', pod('p', { tolerations: [{ key: 'gpu', operator: 'Exists' }] }), [tainted], 'tainted'],
    [
      'node selector',
      pod('p', { nodeSelector: { disk: 'ssd' } }),
      [node('a'), node('b', { labels: { disk: 'ssd' } })],
      'b',
    ],
    [
      'affinity NotIn',
      pod('p', selector('zone', 'NotIn', ['x'])),
      [node('a', { labels: { zone: 'x' } }), node('b')],
      'b',
    ],
    [
      'affinity Gt',
      pod('p', selector('cores', 'Gt', ['8'])),
      [node('a', { labels: { cores: '8' } }), node('b', { labels: { cores: '9' } })],
      'b',
    ],
    ['preference', pod('p', prefers('fast')), [node('a'), node('b', { labels: { fast: '' } })], 'b'],
    ['the one it names', pod('p', named(['b'])), [node('a'), node('b')], 'b'],
    [
      'none of those it names',
      pod('p', named(['b', 'gone']), '9'),
      [node('a'), node('b'), node('c')],
      "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].",
    ],
    [
      'names that contradict each other',
      pod('p', named(['a'], ['b'])),
      [node('a')],
      '0/1 nodes are available: pod affinity terms conflict.',
    ],
    ['the larger node', pod('p'), [node('a', { cpu: '2' }), node('b', { cpu: '16' })], 'b'],
  ])('%s', (_, pending, nodes, expected) => {
    expect(outcome(pending, clusterOf(...nodes))).toBe(expected);
  });

  it('counts pods it has just placed, and no longer those that went', () => {
    const cluster = clusterOf(node('a'));
    cluster.place(pod('one', {}, '3'), 'a');
    expect(outcome(pod('p', {}, '2'), cluster)).toBe('0/1 nodes are available: 1 Insufficient cpu.');
    cluster.remove('one');
    expect(outcome(pod('p', {}, '2'), cluster)).toBe('a');
  });

  it('says every resource that lacks, and too many pods', () => {
    const cluster = clusterOf(node('a'));
    for (const name of ['one', 'two', 'three']) cluster.place(pod(name), 'a');
    expect(outcome(pod('p', {}, '2'), cluster)).toContain('1 Insufficient cpu, 1 Too many pods.');
  });

  it.each([
    ['10.0.0.1', '', true],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.2', false],
  ])('host port on %j beside %j collides: %j', (used, wanted, collides) => {
    const withPort = (name: string, hostIP: string): Pod =>
      pod(name, { containers: [{ name: 'c', ports: [{ hostPort: 80, hostIP, protocol: 'TCP', containerPort: 80 }] }] });
    const cluster = clusterOf(node('a'));
    cluster.place(withPort('one', used), 'a');
    expect(outcome(withPort('p', wanted), cluster) === 'a').toBe(!collides);
  });

  it.each<[SchedulerScore['scale'], readonly number[], readonly number[], string]>([
    ['spread', [4, 2, Number.NaN], [40, 0, 95], 'b'],
    ['spread', [4, 2, Number.NaN], [60, 0, 95], 'a'],
    ['spread', [4, 2, Number.NaN], [40, 0, 105], 'c'],
    ['spread', [0, 0, Number.NaN], [1, 0, 100], 'a'],
    ['less', [4, 2, 0], [99, 49, 0], 'c'],
    ['less', [4, 2, 0], [99, 51, 0], 'b'],
    ['more', [4, 2, 0], [0, 51, 99], 'b'],
    ['range', [4, 3, 2], [0, 49, 99], 'a'],
    ['range', [4, 3, 2], [0, 51, 100], 'b'],
    [undefined, [4, 3, 2], [0, 2, 0], 'b'],
  ])('weighs a score brought to 100 by %s, %j, against others, %j', (scale, raw, others, expected) => {
    const cluster = clusterOf(node('a'), node('b'), node('c'));
    const scored = (amounts: readonly number[], more: object = {}): SchedulerScore => ({
      name: 's',
      weight: 1,
      prepare: () => (_node, index) => amounts[index] ?? 0,
      ...more,
    });
    const scores = [scored(raw, scale === undefined ? {} : { scale }), scored(others)];
    expect(decide(pod('p'), cluster, { ...rules, scores }).node?.name).toBe(expected);
  });

  it('remembers pods of a node that is not known yet', () => {
    const cluster = new ClusterState();
    cluster.place(pod('early', {}, '3'), 'a');
    cluster.putNode(node('a'));
    expect(cluster.node('a')?.requested.milliCpu).toBe(3000);
  });
});

describe('podRequests', () => {
  it.each([
    [
      'sum of containers',
      { containers: [{ resources: { requests: { cpu: '1' } } }, { resources: { requests: { cpu: '500m' } } }] },
      1500,
    ],
    [
      'a larger init container',
      {
        containers: [{ resources: { requests: { cpu: '1' } } }],
        initContainers: [{ resources: { requests: { cpu: '3' } } }],
      },
      3000,
    ],
    [
      'sidecars beside both',
      {
        containers: [{ resources: { requests: { cpu: '1' } } }],
        initContainers: [
          { restartPolicy: 'Always', resources: { requests: { cpu: '200m' } } },
          { resources: { requests: { cpu: '2' } } },
        ],
      },
      2200,
    ],
    ['overhead', { containers: [{ resources: { requests: { cpu: '1' } } }], overhead: { cpu: '250m' } }, 1250],
    [
      'requests of the pod',
      { containers: [{ resources: { requests: { cpu: '1' } } }], resources: { requests: { cpu: '4' } } },
      4000,
    ],
  ])('%s', (_, spec, milliCpu) => {
    expect(podRequests(pod('p', spec)).requested.milliCpu).toBe(milliCpu);
  });

  const resized = (now: string, allocated: string, more: object = {}) => ({
    containerStatuses: [{ name: 'c', resources: { requests: { cpu: now } }, allocatedResources: { cpu: allocated } }],
    ...more,
  });
  const infeasible = { conditions: [{ type: 'PodResizePending', status: 'True', reason: 'Infeasible' }] };
  it.each([
    ['grows', '2', resized('1', '1'), 2000],
    ['shrinks', '1', resized('2', '1'), 2000],
    ['was told so and does not yet', '1', resized('1', '2'), 2000],
    ['cannot grow', '9', resized('1', '1', infeasible), 1000],
    ['is as it should be', '1', resized('1', '1'), 1000],
    ['runs where nobody says so', '1', { containerStatuses: [{ name: 'c' }] }, 1000],
  ])('of a pod that %s', (_, cpu, status, milliCpu) => {
    const running = { ...pod('p', {}, cpu), status } as unknown as Pod;
    expect(podRequests(running).requested.milliCpu).toBe(milliCpu);
    const cluster = clusterOf(node('a'));
    cluster.place(pod('p', {}, '1'), 'a');
    cluster.place(running, 'a');
    cluster.remove('p');
    expect(cluster.node('a')?.requested.milliCpu).toBe(0);
  });

  it('counts of init containers that are resized those that run on', () => {
    const [sidecar, init] = ['s', 'i'].map(name => ({ name, resources: { requests: { cpu: '1' } } }));
    const status = (name: string) => ({ name, resources: { requests: { cpu: '5' } } });
    const spec = { initContainers: [{ ...sidecar, restartPolicy: 'Always' }, init] };
    const initContainerStatuses = [status('s'), status('i')];
    const running = { ...pod('p', spec), status: { containerStatuses: [{ name: 'c' }], initContainerStatuses } };
    expect(podRequests(running as unknown as Pod).requested.milliCpu).toBe(6000);
  });

  it('guesses for what requests nothing, in scores only', () => {
    const { requested, likely } = podRequests(pod('p', { containers: [{}] }));
    expect([requested.milliCpu, likely.milliCpu, likely.memory]).toEqual([0, 100, 209_715_200]);
  });
});

describe('PodQueue', () => {
  it('gives the more important pod first, then the older', () => {
    const queue = new PodQueue(manualWorld());
    queue.put(pod('a'));
    queue.put(pod('b', { priority: 10 }));
    queue.put(pod('c'));
    expect([queue.take(), queue.take(), queue.take(), queue.take()].map(p => p?.metadata.name)).toEqual([
      'b',
      'a',
      'c',
      undefined,
    ]);
  });

  it('wakes a rejected pod by a change that may help, one that failed otherwise after its backoff', async () => {
    const world = manualWorld();
    const queue = new PodQueue(world);
    queue.put(pod('a'));
    queue.take();
    queue.reject('a', new Set(['node-added']));
    queue.changed('pod-removed');
    await world.advance(5000);
    expect(queue.take()).toBeUndefined();
    queue.changed('node-added');
    expect(queue.take()?.metadata.name).toBe('a');
    queue.retry('a');
    await world.advance(999);
    expect(queue.take()).toBeUndefined();
    await world.advance(1);
    expect(queue.take()?.metadata.name).toBe('a');
    queue.changed('node-added');
    queue.retry('a');
    await world.advance(1999);
    expect(queue.take()).toBeUndefined();
    await world.advance(1);
    expect(queue.take()?.metadata.name).toBe('a');
    queue.drop('a');
    expect(queue.size).toBe(0);
  });

  it('wakes by a change that concerns some pods only those', () => {
    const queue = new PodQueue(manualWorld());
    for (const name of ['a', 'b', 'c']) queue.put(pod(name));
    for (let i = 0; i < 3; i++) queue.take();
    for (const name of ['a', 'b']) queue.reject(name, new Set(['volume-changed']));
    queue.changed('volume-changed', ({ metadata }) => metadata.name === 'b');
    queue.reject('c', new Set(['volume-changed']));
    expect([queue.take()?.metadata.name, queue.take()]).toEqual(['b', undefined]);
  });

  it.each<[ClusterChange | undefined, boolean]>([
    ['node-added', true],
    ['pod-removed', false],
    [undefined, true],
  ])('hears of %s while a pod is being decided: %j', async (change, isRetried) => {
    const world = manualWorld();
    const queue = new PodQueue(world);
    queue.put(pod('a'));
    queue.take();
    if (change === undefined) queue.wake('a');
    else queue.changed(change);
    queue.reject('a', new Set(['node-added']));
    await world.advance(1000);
    expect(queue.take() !== undefined).toBe(isRetried);
  });

  it('tries pods that were woken early where nobody else waits: by their seconds, the more important first', async () => {
    const world = manualWorld();
    const queue = new PodQueue(world);
    let calls = 0;
    queue.onReady = () => (calls += 1);
    for (const [name, priority, rejections] of [
      ['twice', 9, 2],
      ['once', 0, 1],
      ['important', 1, 1],
    ] as const) {
      queue.put(pod(name, { priority }));
      for (let i = 0; i < rejections; i++) {
        queue.take();
        queue.reject(name, new Set(['node-added']));
        queue.wake(name);
      }
    }
    queue.put(pod('new'));
    const before = calls;
    queue.changed('node-added');
    expect([calls - before, queue.counts]).toEqual([0, { active: 1, backoff: 3, unschedulable: 0 }]);
    const taken = [1, 2, 3, 4, 5].map(() => queue.take()?.metadata.name);
    expect(taken).toEqual(['new', 'important', 'once', 'twice', undefined]);
    queue.reject('once', new Set(['node-added']));
    const quiet = calls;
    queue.changed('node-added');
    expect(calls - quiet).toBe(1);
    queue.drop('once');
    expect(queue.take()).toBeUndefined();
    queue.reject('new', new Set(['node-added']));
    queue.changed('node-added');
    await world.advance(1000);
    queue.put(pod('newer', { priority: 5 }));
    expect([queue.take(), queue.take(), queue.take()].map(p => p?.metadata.name)).toEqual(['newer', 'new', undefined]);
  });

  it('tries a pod that has failed behind others that came before', async () => {
    const world = manualWorld(Date.UTC(2026, 0, 2));
    const queue = new PodQueue(world);
    queue.put(pod('old'));
    queue.take();
    queue.reject('old', new Set(['node-added']));
    await world.advance(2000);
    queue.put(pod('new'));
    queue.changed('node-added');
    expect([queue.take(), queue.take()].map(p => p?.metadata.name)).toEqual(['new', 'old']);
  });

  it('is not woken by its own condition', () => {
    const queue = new PodQueue(manualWorld());
    queue.put(pod('a'));
    queue.take();
    queue.reject('a', undefined);
    queue.put({
      ...pod('a'),
      status: { conditions: [{ type: 'PodScheduled', status: 'False', lastProbeTime: null }] },
    });
    expect(queue.take()).toBeUndefined();
  });
});
