/**
 * Decisions a second on 5,000 nodes with 5,000 pods, by kind of pod; what it takes to find whom to preempt on as
 * many that are full, with 30 pods each, and the longest it holds the event loop; and pods created and bound a second through the
 * whole API over a store in memory, onto as many nodes that do nothing; the first thousand is not counted.
 * kube-scheduler's own CI holds its SchedulingBasic to 680 pods/s.
 */
import { ClusterState } from '../plugins/scheduler/cluster-state.ts';
import { decide, type DecisionRules } from '../plugins/scheduler/decide.ts';
import { schedulerFilters, schedulerScores } from '../plugins/scheduler/contract.ts';
import { RoomSearch } from '../plugins/scheduler/preemption/room-search.ts';
import { SLICE_MS } from '../plugins/scheduler/limits.ts';
import scheduler from '../plugins/scheduler/plugin.ts';
import { Node as NodeKind, type Node } from '../plugins/kinds/core/v1/node.ts';
import { Pod } from '../plugins/kinds/core/v1/pod.ts';
import type { Contribution } from '../src/kernel/plugin.ts';
import { startCluster } from '../src/sdk/testing/cluster.ts';

const NODES = 5000;
const PLACED = 5000;
const ROUND_MS = 1500;

function cpuNowMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

const contributed = (id: string): readonly unknown[] =>
  (scheduler.contributes ?? []).filter((one: Contribution) => one.point === id).flatMap(({ items }) => items);
const rules: DecisionRules = {
  filters: contributed(schedulerFilters.id) as DecisionRules['filters'],
  scores: contributed(schedulerScores.id) as DecisionRules['scores'],
  fraction: () => Math.random(),
};

function cluster(): ClusterState {
  const state = new ClusterState();
  for (let i = 0; i < NODES; i++) {
    const labels = { 'kubernetes.io/hostname': `n${i}`, 'topology.kubernetes.io/zone': `z${i % 3}` };
    const status = { allocatable: { cpu: '32', memory: '64Gi', pods: '110' } };
    state.putNode({ metadata: { name: `n${i}`, labels }, spec: {}, status } as unknown as Node);
  }
  for (let i = 0; i < PLACED; i++) state.place(pod(`placed-${i}`), `n${i % NODES}`);
  return state;
}

function pod(name: string, spec: object = {}): Pod {
  return {
    metadata: { name, uid: name, namespace: 'default', labels: { app: 'web' } },
    spec: { containers: [{ name: 'c', resources: { requests: { cpu: '100m', memory: '200Mi' } } }], ...spec },
    status: {},
  } as unknown as Pod;
}

const selector = { labelSelector: { matchLabels: { app: 'web' } } };
const cases: Readonly<Record<string, object>> = {
  plain: {},
  'node affinity': { nodeSelector: { 'topology.kubernetes.io/zone': 'z1' } },
  'soft topology spread': {
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', ...selector },
    ],
  },
  'pod anti-affinity': {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { labelSelector: { matchLabels: { app: 'other' } }, topologyKey: 'kubernetes.io/hostname' },
        ],
      },
    },
  },
};

for (const [name, spec] of Object.entries(cases)) {
  const state = cluster();
  const began = performance.now();
  let decided = 0;
  let start = 0;
  while (performance.now() - began < ROUND_MS) {
    const next = pod(`p-${decided}`, spec);
    const decision = decide(next, state, rules, start);
    if (decision.node === undefined) break;
    start = (start + decision.judged) % NODES;
    state.place(next, decision.node.name);
    decided += 1;
  }
  const perSecond = Math.round((decided / (performance.now() - began)) * 1000);
  console.log(`${name.padEnd(22)} ${perSecond} decisions/s`);
}

const PLACED_EACH = 30;
const full = new ClusterState();
for (let i = 0; i < NODES; i++) {
  const status = { allocatable: { cpu: '3', memory: '64Gi', pods: '110' } };
  full.putNode({
    metadata: { name: `n${i}`, labels: { 'kubernetes.io/hostname': `n${i}` } },
    spec: {},
    status,
  } as unknown as Node);
}
// One pod of each node is more important than most that come.
for (let i = 0; i < NODES * PLACED_EACH; i++)
  full.place(pod(`full-${i}`, i < NODES ? { priority: 5 } : {}), `n${i % NODES}`);
const apart = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ ...selector, topologyKey: 'kubernetes.io/hostname' }],
    },
  },
};
const searches: Readonly<Record<string, object>> = {
  'helps among 500': { priority: 1 },
  'helps nowhere': { priority: 1, containers: [{ name: 'c', resources: { requests: { cpu: '2950m' } } }] },
  'apart from all, helps': { priority: 10, ...apart },
  'apart from all, nowhere': { priority: 1, ...apart },
};
for (const [name, spec] of Object.entries(searches)) {
  const whole: number[] = [];
  let longest = 0;
  for (let i = 0; i < 20; i++) {
    const important = pod(`important-${i}`, spec);
    const decision = decide(important, full, rules);
    if (decision.node !== undefined) throw new Error('the nodes are full');
    const search = new RoomSearch(important, decision, { cluster: full, budgets: [], fraction: Math.random() });
    let cpuMs = 0;
    for (let isOver = false; !isOver; ) {
      const [began, beganCpu] = [performance.now(), cpuNowMs()];
      isOver = search.advance(() => performance.now() - began >= SLICE_MS) !== undefined;
      const tookMs = cpuNowMs() - beganCpu;
      cpuMs += tookMs;
      longest = Math.max(longest, tookMs);
    }
    whole.push(cpuMs);
  }
  whole.sort((a, b) => a - b);
  const [middle, most] = [whole[10] ?? 0, longest].map(ms => ms.toFixed(1));
  console.log(`preemption ${name.padEnd(24)} ${middle} ms of CPU, no piece longer than ${most} ms`);
}

const PODS = 1000;
const ROUNDS = 4;
// Timers of the world do not keep a process alive on their own.
const alive = setInterval(() => undefined, 1000);
await using whole = await startCluster({ without: ['controllers'] });
const account = await import('../plugins/kinds/core/v1/service-account.ts');
await whole.client.create(account.ServiceAccount, { metadata: { name: 'default', namespace: 'default' } });
for (let i = 0; i < NODES; i++) {
  const name = `n${i}`;
  const status = {
    allocatable: { cpu: '32', memory: '64Gi', pods: '110' },
    conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
  };
  await whole.client.create(NodeKind, { metadata: { name, labels: { 'kubernetes.io/hostname': name } } });
  await whole.client.patch(NodeKind, { name }, { type: 'merge', body: { status } }, { subresource: 'status' });
  await whole.client.patch(NodeKind, { name }, { type: 'merge', body: { spec: { taints: [] } } });
}
for (let round = 0; round < ROUNDS; round++) {
  const before = process.cpuUsage();
  const began = performance.now();
  await placed(round);
  const ms = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  if (round > 0)
    console.log(
      `through the whole API  ${Math.round((PODS * 1000) / ms)} pods/s created and bound, ${Math.round((user + system) / PODS)} us CPU each`,
    );
}
clearInterval(alive);

async function placed(round: number): Promise<void> {
  const metadata = (i: number) => ({ name: `r${round}-p${i}`, namespace: 'default' });
  const spec = { containers: [{ name: 'c', image: 'i' }] };
  const { promise, resolve } = Promise.withResolvers<void>();
  let bound = 0;
  using _counting = whole.caches.of(Pod).subscribe({
    changed: (each, old) => {
      if (each.spec.nodeName === undefined || old?.spec.nodeName !== undefined) return;
      bound += 1;
      if (bound === PODS * (round + 1)) resolve();
    },
    removed: () => undefined,
  });
  await Promise.all(Array.from({ length: PODS }, (_, i) => whole.client.create(Pod, { metadata: metadata(i), spec })));
  await promise;
}
