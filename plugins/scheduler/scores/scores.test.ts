import { describe, expect, it } from 'vitest';
import type { Node } from '../../kinds/core/v1/node.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { ClusterState } from '../cluster-state.ts';
import type { SchedulerScore } from '../contract.ts';
import { imageLocality } from './image-locality.ts';
import { balancedAllocation, leastAllocated } from './resources.ts';
import { spreadPreference } from './spread.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const MIB = 1024 * 1024;

const node = (name: string, more: { labels?: object; allocatable?: object; images?: readonly object[] } = {}): Node =>
  ({
    metadata: { name, labels: { [HOST]: name, ...more.labels } },
    spec: {},
    status: { allocatable: more.allocatable ?? { cpu: '4', memory: '8Gi', pods: '110' }, images: more.images ?? [] },
  }) as unknown as Node;

const pod = (name: string, requests: object = {}, spec: object = {}, meta: object = {}): Pod =>
  ({
    metadata: { name, uid: name, namespace: 'd', labels: { app: 'w' }, ...meta },
    spec: { containers: [{ name: 'c', image: 'i', resources: { requests } }], ...spec },
    status: {},
  }) as unknown as Pod;

function scoresOf(score: SchedulerScore, pending: Pod, cluster: ClusterState): readonly number[] | undefined {
  const places = cluster.nodes.map((_, place) => place);
  const judge = score.prepare(pending, cluster, places);
  return judge === undefined ? undefined : cluster.nodes.map((each, place) => judge(each, place));
}

function clusterOf(...nodes: readonly (readonly [Node, ...Pod[]])[]): ClusterState {
  const cluster = new ClusterState();
  for (const [each, ...pods] of nodes) {
    cluster.putNode(each);
    for (const one of pods) cluster.place(one, each.metadata.name);
  }
  return cluster;
}

describe('of resources', () => {
  const bare = node('a');
  const lop = pod('lop', { memory: '4Gi' });
  it.each<[string, Pod, readonly [Node, ...Pod[]], number | undefined]>([
    ['as balanced as before', pod('p', { cpu: '1', memory: '2Gi' }), [bare], 75],
    ['less balanced', pod('p', { cpu: '2' }), [bare], 62],
    ['more balanced', pod('p', { cpu: '2' }), [bare, lop], 87],
    ['of a pod that requests nothing', pod('p'), [bare], undefined],
    ['without memory to balance', pod('p', { cpu: '2' }), [node('a', { allocatable: { cpu: '4' } })], 75],
  ])('balance: %s', (_name, pending, there, expected) => {
    expect(scoresOf(balancedAllocation, pending, clusterOf(there))?.[0]).toBe(expected);
  });

  it.each<[string, Node, number]>([
    ['both', bare, 75],
    ['the one there is', node('a', { allocatable: { cpu: '4' } }), 75],
    ['none', node('a', { allocatable: {} }), 0],
  ])('what is left of %s', (_name, there, expected) => {
    expect(scoresOf(leastAllocated, pod('p', { cpu: '1', memory: '2Gi' }), clusterOf([there]))?.[0]).toBe(expected);
  });
});

describe('of images', () => {
  const image = (name: string, mib: number) => ({ names: [name], sizeBytes: mib * MIB });
  const here = node('a', { images: [image('big:1', 500), image('setup:latest', 300)] });
  const cluster = clusterOf([here], [node('b')]);
  const withImages = (image: string, more: object = {}) =>
    pod('p', {}, { containers: [{ name: 'c', image }], ...more });
  const setup = { initContainers: [{ name: 's', image: 'setup' }] };
  const mounted = { volumes: [{ name: 'v', image: { reference: 'big:1' } }] };
  it.each<[string, Pod, readonly number[] | undefined]>([
    ['that are large, the more nodes hold them', withImages('big:1'), [23, 0]],
    ['of other tags', withImages('big:2'), undefined],
    ['of all containers, of whom there may be more', withImages('big:1', setup), [19, 0]],
    ['that are mounted', withImages('none', mounted), [23, 0]],
  ])('%s', (_name, pending, expected) => {
    expect(scoresOf(imageLocality, pending, cluster)).toEqual(expected);
  });
});

describe('of spreading', () => {
  const inZone = (name: string, zone: string, ...pods: readonly Pod[]): readonly [Node, ...Pod[]] => [
    node(name, { labels: { [ZONE]: zone } }),
    ...pods,
  ];
  const soft = (topologyKey: string, maxSkew = 1, more: object = {}) => ({
    topologySpreadConstraints: [
      {
        maxSkew,
        topologyKey,
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { app: 'w' } },
        ...more,
      },
    ],
  });
  const weightOf = (domains: number): number => Math.log(domains + 2);
  const three = () =>
    clusterOf(inZone('a', 'x', pod('1'), pod('2')), inZone('b', 'x', pod('3')), inZone('c', 'y'), [node('d')]);

  it('counts a domain’s pods by how many domains there are, and not where there is none', () => {
    const crowd = Math.round(3 * weightOf(2));
    expect(scoresOf(spreadPreference, pod('p', {}, soft(ZONE)), three())).toEqual([crowd, crowd, 0, Number.NaN]);
    const hosts = [2, 1, 0, 0].map(count => Math.round(count * weightOf(4) + 4));
    expect(scoresOf(spreadPreference, pod('p', {}, soft(HOST, 5)), three())).toEqual(hosts);
  });

  it('does not count nodes that the pod may not go to', () => {
    const tainted = clusterOf(inZone('a', 'x', pod('1')), inZone('b', 'y', pod('2')));
    const taint = { key: 'k', effect: 'NoSchedule' };
    tainted.putNode({ ...node('a', { labels: { [ZONE]: 'x' } }), spec: { taints: [taint] } } as unknown as Node);
    const honour = pod('p', {}, soft(ZONE, 1, { nodeTaintsPolicy: 'Honor' }));
    expect(scoresOf(spreadPreference, honour, tainted)).toEqual([0, Math.round(weightOf(2))]);
    const elsewhere = pod('p', {}, { ...soft(ZONE), nodeSelector: { [HOST]: 'b' } });
    expect(scoresOf(spreadPreference, elsewhere, tainted)).toEqual([0, Math.round(weightOf(2))]);
    const ignore = pod('p', {}, { ...soft(ZONE, 1, { nodeAffinityPolicy: 'Ignore' }), nodeSelector: { [HOST]: 'b' } });
    expect(scoresOf(spreadPreference, ignore, tainted)).toEqual([1, 1].map(() => Math.round(weightOf(2))));
  });

  it('keeps siblings apart over nodes and zones, where nothing is asked for', () => {
    const owned = { ownerReferences: [{ uid: 'set', controller: true }] };
    const sibling = (name: string) => pod(name, {}, {}, owned);
    const cluster = clusterOf(inZone('a', 'x', sibling('1')), inZone('b', 'x'), inZone('c', 'y'), [node('d')]);
    const zone = weightOf(3);
    expect(scoresOf(spreadPreference, sibling('p'), cluster)).toEqual(
      [weightOf(4) + 2 + zone + 4, 2 + zone + 4, 2 + 4, 2].map(Math.round),
    );
  });
});
