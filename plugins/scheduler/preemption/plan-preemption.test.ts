import { describe, expect, it } from 'vitest';
import { timeOf } from '../../../src/base/timestamp.ts';
import type { Node } from '../../kinds/core/v1/node.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodDisruptionBudget } from '../../kinds/policy/v1/pod-disruption-budget.ts';
import { ClusterState } from '../cluster-state.ts';
import { decide, type DecisionRules } from '../decide.ts';
import { nodePorts } from '../filters/node-ports.ts';
import { taintToleration } from '../filters/node-facts.ts';
import { interPodAffinity } from '../filters/pod-affinity.ts';
import { nodeResourcesFit } from '../filters/resources-fit.ts';
import { podTopologySpread } from '../filters/topology-spread.ts';
import { RoomSearch } from './room-search.ts';

const rules: DecisionRules = {
  filters: [taintToleration, nodePorts, nodeResourcesFit(), podTopologySpread, interPodAffinity],
  scores: [],
  fraction: () => 0,
};
const HOST = 'kubernetes.io/hostname';
const NOW_MS = Date.UTC(2026, 0, 1);

const node = (name: string, spec: object = {}): Node =>
  ({
    metadata: { name, labels: { [HOST]: name } },
    spec,
    status: { allocatable: { cpu: '4', memory: '8Gi', pods: '10' } },
  }) as unknown as Node;

interface Wanted {
  readonly cpu?: number;
  readonly priority?: number;
  readonly app?: string;
  readonly ageS?: number;
  readonly spec?: object;
  readonly meta?: object;
  readonly status?: object;
}
function pod(name: string, { cpu = 1, priority = 0, app = name, ageS, spec, meta, status }: Wanted = {}): Pod {
  const startTime = ageS === undefined ? {} : { startTime: timeOf(NOW_MS - ageS * 1000) };
  return {
    metadata: { name, uid: name, namespace: 'd', labels: { app }, ...meta },
    spec: {
      schedulerName: 's',
      priority,
      containers: [{ name: 'c', resources: { requests: { cpu: String(cpu) } } }],
      ...spec,
    },
    status: { ...startTime, ...status },
  } as unknown as Pod;
}

const budget = (app: string, disruptionsAllowed: number, disruptedPods: object = {}): PodDisruptionBudget =>
  ({
    metadata: { name: app, namespace: 'd' },
    spec: { selector: app === '' ? {} : { matchLabels: { app } } },
    status: { disruptionsAllowed, disruptedPods },
  }) as unknown as PodDisruptionBudget;

type Placed = Readonly<Record<string, readonly Pod[]>>;
function clusterOf(placed: Placed, nodes: readonly Node[] = Object.keys(placed).map(name => node(name))): ClusterState {
  const cluster = new ClusterState();
  for (const each of nodes) cluster.putNode(each);
  for (const [name, pods] of Object.entries(placed)) for (const each of pods) cluster.place(each, name);
  return cluster;
}

/** Such as `a: x y`, or the words why not. */
function plan(pending: Pod, cluster: ClusterState, budgets: readonly PodDisruptionBudget[] = []): string {
  const decision = decide(pending, cluster, rules);
  if (decision.node !== undefined) return `fits ${decision.node.name}`;
  const made = new RoomSearch(pending, decision, { cluster, budgets, fraction: 0 }).advance(() => false);
  if (made === undefined) throw new Error('nobody asked it to stop');
  if (made.type !== 'preempt') return `${made.type}: ${made.message}`;
  return `${made.victims.node}: ${made.victims.pods.map(({ metadata }) => metadata.name).join(' ')}`;
}

const high = (more: Wanted = {}) => pod('high', { priority: 100, cpu: 2, ...more });

describe('victims on a node', () => {
  it.each<[string, Pod, readonly Pod[], string]>([
    ['are no more than it takes', high(), [pod('x', { cpu: 2 }), pod('y', { cpu: 2 })], 'a: y'],
    ['are the least important', high(), [pod('x', { cpu: 2, priority: 1 }), pod('y', { cpu: 2, priority: 2 })], 'a: x'],
    [
      'are those that run the shortest',
      high(),
      [pod('x', { cpu: 2, ageS: 9 }), pod('y', { cpu: 2, ageS: 99 }), pod('z', { cpu: 0 })],
      'a: x',
    ],
    [
      'are told in order of their importance',
      high({ cpu: 4 }),
      [pod('x', { priority: 1 }), pod('y', { priority: 3 }), pod('z', { priority: 2 }), pod('k', { cpu: 1 })],
      'a: y z x k',
    ],
    [
      'are spared when more important ones have to go anyway',
      high(),
      [pod('x', { cpu: 3, priority: 9 }), pod('y', { cpu: 1, priority: 1 })],
      'a: x',
    ],
    [
      'are not its equals',
      high(),
      [pod('x', { cpu: 3, priority: 100 })],
      'helpless: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    ],
    [
      'do not help where equals fill the node',
      high(),
      [pod('x', { cpu: 3, priority: 100 }), pod('y')],
      'helpless: 0/1 nodes are available: 1 Insufficient cpu.',
    ],
    [
      'hold a port',
      high({ spec: { containers: [{ name: 'c', ports: [{ hostPort: 80, protocol: 'TCP' }] }] } }),
      [
        pod('x', { spec: { containers: [{ name: 'c', ports: [{ hostPort: 80, protocol: 'TCP' }] }] } }),
        pod('y', { cpu: 3 }),
      ],
      'a: x',
    ],
  ])('%s', (_name, pending, there, expected) => {
    expect(plan(pending, clusterOf({ a: there }))).toBe(expected);
  });

  const apart = (app: string) => ({
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { app } }, topologyKey: HOST },
        ],
      },
    },
  });
  it('are those it must not be with, and those that must not be with it', () => {
    const cluster = clusterOf({ a: [pod('x'), pod('y', { spec: apart('high') }), pod('z')] });
    expect(plan(high({ cpu: 1, spec: apart('x') }), cluster)).toBe('a: x y');
  });

  it('are enough to spread the pod, and no more', () => {
    const spread = {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: HOST,
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'w' } },
        },
      ],
    };
    const low = (name: string) => pod(name, { app: 'w' });
    const cluster = clusterOf({
      a: [pod('first', { app: 'w', priority: 200, cpu: 4 })],
      b: [low('x'), low('y'), low('z')],
    });
    expect(plan(high({ cpu: 1, app: 'w', spec: spread }), cluster)).toBe('b: y z');
  });
});

describe('of several nodes', () => {
  const full = (name: string, priority = 0, ageS = 1) => pod(name, { cpu: 4, priority, ageS });
  it.each<[string, Placed, readonly PodDisruptionBudget[], string]>([
    ['one whose loss breaks no budget', { a: [full('x')], b: [full('y', 50)] }, [budget('x', 0)], 'b: y'],
    [
      'of none such one that breaks the fewest',
      { a: [full('x')], b: [full('y')] },
      [budget('x', 0), budget('y', 0)],
      'a: x',
    ],
    ['one whose most important victim is the least', { a: [full('x', 9)], b: [full('y', 8)] }, [], 'b: y'],
    [
      'then one whose victims together are the least',
      {
        a: [pod('x', { cpu: 2, priority: 5 }), pod('k', { cpu: 2, priority: 4 })],
        b: [pod('y', { cpu: 2, priority: 5 }), pod('l', { cpu: 2, priority: 3 })],
      },
      [],
      'b: y l',
    ],
    [
      'then one of the fewest victims, be they of less than none',
      { a: [pod('x', { cpu: 2, priority: -1 }), pod('k', { cpu: 2, priority: -1 })], b: [full('y', -1)] },
      [],
      'b: y',
    ],
    ['then one whose victims have run the shortest', { a: [full('x', 0, 60)], b: [full('y', 0, 30)] }, [], 'b: y'],
    ['then the first', { a: [full('x')], b: [full('y')] }, [], 'a: x'],
  ])('%s', (_name, placed, budgets, expected) => {
    expect(plan(high({ cpu: 4 }), clusterOf(placed), budgets)).toBe(expected);
  });

  it('says of each why it would not help', () => {
    const tainted = node('c', { taints: [{ key: 'k', effect: 'NoSchedule' }] });
    const cluster = clusterOf({ a: [full('x', 100)], b: [full('y', 0), pod('z', { priority: 100 })] }, [
      node('a'),
      node('b'),
      tainted,
    ]);
    expect(plan(high({ cpu: 4 }), cluster)).toBe(
      'helpless: 0/3 nodes are available: 1 Insufficient cpu, 1 No preemption victims found for incoming pod, ' +
        '1 Preemption is not helpful for scheduling.',
    );
  });
});

describe('budgets', () => {
  const two = [pod('x', { app: 'w', cpu: 2 }), pod('y', { app: 'v', cpu: 2 })];
  it.each<[string, readonly PodDisruptionBudget[], string]>([
    ['spare whom they protect', [budget('v', 0)], 'a: x'],
    ['let go as many as they allow', [budget('v', 1)], 'a: y'],
    ['do not count whose eviction was granted', [budget('v', 0, { y: 'then' })], 'a: y'],
  ])('%s', (_name, budgets, expected) => {
    expect(plan(high(), clusterOf({ a: two }), budgets)).toBe(expected);
  });

  it('of everything protect nobody', () => {
    const cluster = clusterOf({ a: [pod('x', { cpu: 4 })], b: [pod('y', { cpu: 4, meta: { namespace: 'e' } })] });
    expect(plan(high(), cluster, [budget('', 0)])).toBe('a: x');
  });

  it('are broken where nothing else helps', () => {
    expect(plan(high({ cpu: 4 }), clusterOf({ a: two }), [budget('v', 0), budget('w', 0)])).toBe('a: x y');
  });
});

describe('who has made room', () => {
  const WAITS = 'ineligible: not eligible due to a terminating pod on the nominated node.';
  const target = [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }];
  const leaving = pod('x', { cpu: 4, meta: { deletionTimestamp: 'then' }, status: { conditions: target } });
  const nominated = (more: Wanted = {}) => high({ cpu: 4, ...more, status: { nominatedNodeName: 'a' } });
  it.each<[string, Pod, Placed, string]>([
    ['waits for it', nominated(), { a: [leaving], b: [pod('y', { cpu: 4 })] }, WAITS],
    ['does not wait for others', nominated(), { a: [pod('x', { cpu: 4 })] }, 'a: x'],
    [
      'does not wait for a node that will not do',
      nominated({ cpu: 5 }),
      { a: [leaving] },
      'helpless: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    ],
    ['does not wait for one that is gone', nominated(), { b: [pod('y', { cpu: 4 })] }, 'b: y'],
    [
      'never does, where it is not to',
      high({ cpu: 4, spec: { preemptionPolicy: 'Never' } }),
      { a: [pod('x', { cpu: 4 })] },
      'ineligible: not eligible due to preemptionPolicy=Never.',
    ],
  ])('%s', (_name, pending, placed, expected) => {
    expect(plan(pending, clusterOf(placed))).toBe(expected);
  });

  it('comes there first, and others of less importance do not', () => {
    const cluster = clusterOf({ a: [], b: [pod('y', { cpu: 2 })] });
    const first = nominated();
    cluster.expect(first, undefined);
    expect(plan(pod('low', { cpu: 3 }), cluster)).toBe(
      'helpless: 0/2 nodes are available: 2 No preemption victims found for incoming pod.',
    );
    expect(plan(pod('higher', { cpu: 4, priority: 101 }), cluster)).toBe('fits a');
    expect(plan(first, cluster)).toBe('fits a');
    cluster.place(first, 'a');
    cluster.expect(first, undefined);
    cluster.remove('high');
    expect(plan(pod('low', { cpu: 3 }), cluster)).toBe('fits a');
  });

  it('counts where pods are spread as well', () => {
    const spread = {
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: HOST,
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'w' } },
        },
      ],
    };
    const cluster = clusterOf({ a: [pod('x', { app: 'w' })], b: [] });
    const first = pod('first', { app: 'w', priority: 9, status: { nominatedNodeName: 'b' } });
    cluster.expect(first, undefined);
    expect(plan(pod('second', { app: 'w', spec: spread }), cluster)).toBe('fits b');
  });

  it('is known to have by what was decided before its status says so', () => {
    const cluster = clusterOf({ a: [] });
    const silent = high({ cpu: 4 });
    cluster.nominations.put(silent, 'a');
    cluster.expect(silent, silent);
    const low = () => plan(pod('low', { cpu: 3 }), cluster).split(':')[0];
    expect(low()).toBe('helpless');
    cluster.expect(nominated(), silent);
    expect(low()).toBe('helpless');
    cluster.expect(silent, nominated());
    expect(low()).toBe('fits a');
  });
});
