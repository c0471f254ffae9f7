import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Node } from '../kinds/core/v1/node.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { ClusterState } from './cluster-state.ts';
import { nodeUnschedulable, taintToleration } from './filters/node-facts.ts';
import type { SchedulerFilter } from './contract.ts';

const node = (name: string, cpu: number, spec: object = {}): Node =>
  ({
    metadata: { name },
    spec,
    status: { allocatable: { cpu: `${cpu}`, memory: `${cpu}Gi`, pods: '110' } },
  }) as unknown as Node;

const pod = (uid: string, cpu: number): Pod =>
  ({
    metadata: { name: uid, uid },
    spec: { containers: cpu === 0 ? [{}] : [{ resources: { requests: { cpu: `${cpu}m`, memory: '1Mi' } } }] },
    status: {},
  }) as unknown as Pod;

const NODES = ['a', 'b', 'c'] as const;
const PODS = ['p', 'q', 'r', 's'] as const;
const cpu = fc.integer({ min: 0, max: 9 });
const step = fc.oneof(
  fc.tuple(fc.constant('node' as const), fc.constantFrom(...NODES), cpu),
  fc.tuple(fc.constant('no node' as const), fc.constantFrom(...NODES), cpu),
  fc.tuple(fc.constant('pod' as const), fc.constantFrom(...PODS), cpu, fc.constantFrom(...NODES)),
  fc.tuple(fc.constant('no pod' as const), fc.constantFrom(...PODS), cpu),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take([what, name, amount, on]: Step, cluster: ClusterState): void {
  if (what === 'node') cluster.putNode(node(name, amount));
  else if (what === 'no node') cluster.dropNode(name);
  else if (what === 'pod') cluster.place(pod(name, amount), on ?? 'a');
  else cluster.remove(name);
}

describe('ClusterState', () => {
  it('keeps the numbers of nodes beside them, whatever comes and goes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), steps => {
        const cluster = new ClusterState();
        for (const one of steps) {
          take(one, cluster);
          const { nodes, amounts } = cluster;
          const kept = nodes.map((_, index) => [
            amounts.of(index, 'allocatableCpu'),
            amounts.of(index, 'allocatableMemory'),
            amounts.of(index, 'freeCpu'),
            amounts.of(index, 'freeMemory'),
            amounts.of(index, 'freeStorage'),
            amounts.of(index, 'freePods'),
            amounts.of(index, 'likelyCpu'),
            amounts.of(index, 'likelyMemory'),
          ]);
          const told = nodes.map(({ allocatable, requested, likely, pods }) => [
            allocatable.milliCpu,
            allocatable.memory,
            allocatable.milliCpu - requested.milliCpu,
            allocatable.memory - requested.memory,
            0,
            allocatable.pods - pods.length,
            likely.milliCpu,
            likely.memory,
          ]);
          expect(kept).toEqual(told);
        }
      }),
    );
  });

  it.each<[string, SchedulerFilter, object]>([
    ['a cordon', nodeUnschedulable, { unschedulable: true }],
    ['a taint', taintToleration, { taints: [{ key: 'k', effect: 'NoSchedule' }] }],
  ])('lets filters see %s come and go', (_name, filter, spec) => {
    const cluster = new ClusterState();
    const judged = () =>
      cluster.nodes.map((each, index) => filter.prepare(pod('p', 1), cluster)?.(each, index) === undefined);
    for (const name of NODES) cluster.putNode(node(name, 1));
    expect(judged()).toEqual([true, true, true]);
    cluster.putNode(node('b', 1, spec));
    expect(judged()).toEqual([true, false, true]);
    cluster.dropNode('a');
    expect(judged()).toEqual([false, true]);
    cluster.putNode(node('b', 1));
    expect(judged()).toEqual([true, true]);
  });
});
