import { describe, expect, it } from 'vitest';
import type { Node } from '../kinds/core/v1/node.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { ClusterState } from './cluster-state.ts';
import { decide, type DecisionRules } from './decide.ts';
import { interPodAffinity } from './filters/pod-affinity.ts';
import { podTopologySpread } from './filters/topology-spread.ts';
import { reasonsOf } from './fit-error.ts';
import { podAffinityPreference } from './scores/pod-affinity.ts';
import { spreadPreference } from './scores/spread.ts';

const ZONE = 'topology.kubernetes.io/zone';
const HOST = 'kubernetes.io/hostname';
const node = (name: string, zone?: string): Node =>
  ({
    metadata: { name, labels: { [HOST]: name, ...(zone === undefined ? {} : { [ZONE]: zone }) } },
    spec: {},
    status: {},
  }) as unknown as Node;

const pod = (name: string, app: string, spec: object = {}, more: object = {}): Pod =>
  ({
    metadata: { name, uid: name, namespace: 'default', labels: { app }, ...more },
    spec: { containers: [], ...spec },
    status: {},
  }) as unknown as Pod;

const rules: DecisionRules = {
  filters: [podTopologySpread, interPodAffinity],
  scores: [podAffinityPreference, spreadPreference],
  fraction: () => 0.99,
};

/** `a1` and `a2` lie in zone a, `b1` in zone b. */
function clusterWith(placed: Readonly<Record<string, readonly Pod[]>>): ClusterState {
  const cluster = new ClusterState(name => (name === 'other' ? { team: 'x' } : {}));
  for (const each of [node('a1', 'a'), node('a2', 'a'), node('b1', 'b')]) cluster.putNode(each);
  for (const [name, pods] of Object.entries(placed)) for (const each of pods) cluster.place(each, name);
  return cluster;
}

const fits = (pending: Pod, cluster: ClusterState): readonly string[] =>
  cluster.nodes
    .filter((candidate, index) =>
      rules.filters.every(filter => filter.prepare(pending, cluster)?.(candidate, index) === undefined),
    )
    .map(({ name }) => name);

const selector = (app: string) => ({ labelSelector: { matchLabels: { app } } });
const near = (app: string, topologyKey: string, more: object = {}) => ({
  affinity: {
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ ...selector(app), topologyKey, ...more }] },
  },
});
const apart = (app: string, topologyKey: string) => ({
  affinity: {
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ ...selector(app), topologyKey }] },
  },
});
const spread = (app: string, topologyKey: string, more: object = {}) => ({
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey, whenUnsatisfiable: 'DoNotSchedule', ...selector(app), ...more },
  ],
});

describe('required placement', () => {
  const db = pod('db', 'db');
  it.each([
    ['near another, in its zone', pod('p', 'web', near('db', ZONE)), { a1: [db] }, ['a1', 'a2']],
    ['near another, on its node', pod('p', 'web', near('db', HOST)), { a1: [db] }, ['a1']],
    ['near nobody there', pod('p', 'web', near('db', HOST)), {}, []],
    ['near its like, the first', pod('p', 'web', near('web', HOST)), {}, ['a1', 'a2', 'b1']],
    [
      'near one in another namespace',
      pod('p', 'web', near('db', HOST)),
      { a1: [pod('d', 'db', {}, { namespace: 'other' })] },
      [],
    ],
    [
      'near one in a selected namespace',
      pod('p', 'web', near('db', HOST, { namespaceSelector: { matchLabels: { team: 'x' } } })),
      { a1: [pod('d', 'db', {}, { namespace: 'other' })] },
      ['a1'],
    ],
    ['apart from another', pod('p', 'web', apart('db', ZONE)), { a1: [db] }, ['b1']],
    ['kept away by one already there', pod('p', 'web'), { a1: [pod('d', 'db', apart('web', ZONE))] }, ['b1']],
    ['evenly over zones', pod('p', 'web', spread('web', ZONE)), { a1: [pod('x', 'web')] }, ['b1']],
    [
      'evenly over nodes',
      pod('p', 'web', spread('web', HOST)),
      { a1: [pod('x', 'web')], a2: [pod('y', 'web')] },
      ['b1'],
    ],
    [
      'within a larger skew',
      pod('p', 'web', spread('web', ZONE, { maxSkew: 2 })),
      { a1: [pod('x', 'web')] },
      ['a1', 'a2', 'b1'],
    ],
    [
      'with too few domains',
      pod('p', 'web', spread('web', ZONE, { minDomains: 3 })),
      { a1: [pod('x', 'web')], b1: [pod('y', 'web')] },
      [],
    ],
    [
      'what selects all counts none',
      pod('p', 'web', spread('web', ZONE, { labelSelector: {} })),
      { a1: [pod('x', 'web')] },
      ['a1', 'a2', 'b1'],
    ],
    [
      'those that are going do not count',
      pod('p', 'web', spread('web', ZONE)),
      { a1: [pod('x', 'web', {}, { deletionTimestamp: 'now' })] },
      ['a1', 'a2', 'b1'],
    ],
  ])('%s', (_, pending, placed, expected) => {
    expect(fits(pending, clusterWith(placed))).toEqual(expected);
  });

  it('says that a node lacks the label of a domain', () => {
    const cluster = new ClusterState();
    cluster.putNode(node('bare'));
    const decision = decide(pod('p', 'web', spread('web', ZONE)), cluster, rules);
    expect(decision.node === undefined && [...decision.diagnosis.misfits.values()].flatMap(reasonsOf)).toEqual([
      "node(s) didn't match pod topology spread constraints (missing required label)",
    ]);
  });
});

describe('preferred placement', () => {
  const wish = (kind: 'podAffinity' | 'podAntiAffinity', app: string) => ({
    affinity: {
      [kind]: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 10, podAffinityTerm: { ...selector(app), topologyKey: HOST } },
        ],
      },
    },
  });
  const owned = { ownerReferences: [{ uid: 'set', controller: true }] };
  it.each([
    ['near a friend', pod('p', 'web', wish('podAffinity', 'db')), { a2: [pod('d', 'db')] }, 'a2'],
    ['where a friend would like it', pod('p', 'web'), { b1: [pod('d', 'db', wish('podAffinity', 'web'))] }, 'b1'],
    [
      'away from siblings',
      pod('p', 'web', {}, owned),
      { a1: [pod('x', 'web', {}, owned)], b1: [pod('y', 'web', {}, owned)] },
      'a2',
    ],
    [
      'away from what a soft constraint selects',
      pod('p', 'web', spread('web', HOST, { whenUnsatisfiable: 'ScheduleAnyway' })),
      { a1: [pod('x', 'web')], a2: [pod('y', 'web')] },
      'b1',
    ],
  ])('%s', (_, pending, placed, expected) => {
    const decision = decide(pending, clusterWith(placed), rules);
    expect(decision.node?.name).toBe(expected);
  });
});
