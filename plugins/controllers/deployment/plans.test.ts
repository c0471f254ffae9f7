import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../kinds/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../kinds/apps/v1/replica-set.ts';
import type { PodTemplateSpec } from '../../kinds/core/v1/pod-template-spec.ts';
import { planRolling } from './plan-rolling.ts';
import { isScaling, planScale, type Resize } from './plan-scale.ts';
import { scaledCount } from '../scaled-count.ts';
import { maxSurge, maxUnavailable } from './rollout-size.ts';
import { deadlineInMs, rolloutStatus } from './deployment-status.ts';
import { newestRevision, revisionOf, setsToForget } from './revision.ts';
import { templateHash } from '../template-hash.ts';

const deployment = (replicas: number, rolling: object = {}, more: object = {}): Deployment =>
  ({
    metadata: { name: 'web', generation: 2 },
    spec: {
      replicas,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%', ...rolling } },
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 1,
      ...more,
    },
    status: {},
  }) as unknown as Deployment;

interface SetFacts {
  readonly available?: number;
  readonly desired?: number;
  readonly max?: number;
  readonly age?: number;
  readonly revision?: number | string;
}
const set = (
  name: string,
  replicas: number,
  { available = replicas, desired, max, age = 0, revision }: SetFacts = {},
): ReplicaSet =>
  ({
    metadata: {
      name,
      uid: name,
      generation: 1,
      creationTimestamp: `2026-01-01T00:00:0${age}Z`,
      annotations: {
        ...(desired === undefined ? {} : { 'deployment.kubernetes.io/desired-replicas': `${desired}` }),
        ...(max === undefined ? {} : { 'deployment.kubernetes.io/max-replicas': `${max}` }),
        ...(revision === undefined ? {} : { 'deployment.kubernetes.io/revision': `${revision}` }),
      },
    },
    spec: { replicas },
    status: { replicas, availableReplicas: available, observedGeneration: 1 },
  }) as unknown as ReplicaSet;

const sizes = (plan: readonly Resize[]) =>
  Object.fromEntries(plan.map(({ set: { metadata }, replicas }) => [metadata.name, replicas]));

describe('sizes', () => {
  it.each([
    ['25%', 10, 'up', 3],
    ['25%', 10, 'down', 2],
    ['100%', 3, 'down', 3],
    ['0%', 3, 'up', 0],
    [2, 10, 'up', 2],
    ['nonsense', 10, 'up', 0],
  ] as const)('%j of %d rounded %s is %d', (value, total, round, expected) => {
    expect(scaledCount(value, total, round)).toBe(expected);
  });

  it.each([
    [4, {}, 1, 1],
    [10, {}, 3, 2],
    [1, { maxSurge: 0, maxUnavailable: '25%' }, 0, 1],
    [2, { maxSurge: 0, maxUnavailable: 5 }, 0, 2],
    [0, {}, 0, 0],
  ])('%d replicas with %j may surge by %d and miss %d', (replicas, rolling, surge, unavailable) => {
    expect([maxSurge(deployment(replicas, rolling)), maxUnavailable(deployment(replicas, rolling))]).toEqual([
      surge,
      unavailable,
    ]);
  });
});

describe('planRolling', () => {
  it.each([
    ['grows the new set into the surge', deployment(4), set('new', 0), [set('old', 4)], { new: 1 }],
    [
      'shrinks the old while the new cannot grow',
      deployment(4),
      set('new', 1, { available: 0 }),
      [set('old', 4)],
      { old: 3 },
    ],
    ['waits for availability', deployment(4), set('new', 2, { available: 0 }), [set('old', 3)], {}],
    ['goes on when new pods are available', deployment(4), set('new', 2), [set('old', 3)], { old: 1 }],
    [
      'drops unhealthy old pods first',
      deployment(4, { maxSurge: 0, maxUnavailable: 1 }),
      set('new', 0),
      [set('old', 4, { available: 2 })],
      { old: 3 },
    ],
    [
      'takes the oldest set first',
      deployment(4),
      set('new', 1),
      [set('b', 2, { age: 2 }), set('a', 2, { age: 1 })],
      { a: 0 },
    ],
    ['shrinks a new set that is too large', deployment(2), set('new', 5), [], { new: 2 }],
    ['is done', deployment(4), set('new', 4), [set('old', 0)], {}],
  ])('%s', (_, given, newSet, oldSets, expected) => {
    expect(sizes(planRolling(given, newSet, oldSets))).toEqual(expected);
  });
});

describe('planScale', () => {
  it.each([
    ['the only active set', deployment(7), set('new', 3), [set('old', 0)], { new: 7 }],
    [
      'the newest when none is active',
      deployment(2),
      undefined,
      [set('a', 0, { age: 1 }), set('b', 0, { age: 2 })],
      { b: 2 },
    ],
    [
      'old sets away when the new one is full',
      deployment(3),
      set('new', 3, { desired: 3 }),
      [set('old', 1)],
      { old: 0 },
    ],
    [
      'in proportion, the rest to the largest',
      deployment(20, { maxSurge: 0, maxUnavailable: 1 }),
      set('new', 4, { max: 10 }),
      [set('old', 6, { max: 10 })],
      { old: 12, new: 8 },
    ],
    [
      'in proportion downwards',
      deployment(5, { maxSurge: 0, maxUnavailable: 1 }),
      set('new', 4, { max: 10 }),
      [set('old', 6, { max: 10 })],
      { old: 3, new: 2 },
    ],
  ])('%s', (_, given, newSet, oldSets, expected) => {
    expect(sizes(planScale(given, newSet, oldSets))).toEqual(expected);
  });

  it('is called for by a changed size only', () => {
    expect(isScaling(deployment(3), [set('a', 3, { desired: 3 }), set('b', 0, { desired: 9 })])).toBe(false);
    expect(isScaling(deployment(4), [set('a', 3, { desired: 3 })])).toBe(true);
  });
});

describe('revisions', () => {
  it('are forgotten from the lowest, but never while they hold pods', () => {
    const old = [set('r3', 0, { revision: 3 }), set('r1', 1, { revision: 1 }), set('r2', 0, { revision: 2 })];
    expect(setsToForget(deployment(3), old).map(({ metadata }) => metadata.name)).toEqual(['r2']);
    expect(setsToForget(deployment(3, {}, { revisionHistoryLimit: 3 }), old)).toEqual([]);
  });

  it('count on from one of any size that an adopted set brings, and pass over what is none', () => {
    const revisions = ['3546343826724305832', '7', '9223372036854775808', '1.5', ''];
    const sets = revisions.map(revision => set(`r${revision}`, 0, { revision }));
    expect(sets.map(revisionOf)).toEqual([3546343826724305832n, 7n, 0n, 0n, 0n]);
    expect(newestRevision(sets)).toBe(3546343826724305832n);
  });

  it('are named by what the template says, in any order, and by collisions', () => {
    const a = { metadata: { labels: { x: '1', y: '2' } }, spec: { containers: [] } } as unknown as PodTemplateSpec;
    const b = { spec: { containers: [] }, metadata: { labels: { y: '2', x: '1' } } } as unknown as PodTemplateSpec;
    expect(templateHash(a, undefined)).toBe(templateHash(b, undefined));
    expect(templateHash(a, 1)).not.toBe(templateHash(a, undefined));
    expect(templateHash(a, undefined)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]+$/);
  });
});

describe('a rollout that is stuck', () => {
  const since = Date.UTC(2026, 0, 1);
  const progressing = {
    type: 'Progressing',
    status: 'True',
    reason: 'ReplicaSetUpdated',
    message: '',
    lastUpdateTime: '2026-01-01T00:00:00Z',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  } as const;
  const status = { replicas: 4, updatedReplicas: 2, availableReplicas: 2, conditions: [progressing] };
  const stuck = { ...deployment(4), status } as Deployment;
  const conditionAt = (ms: number) => rolloutStatus(stuck, status, set('new', 2), [], since + ms).conditions?.[0];

  it('is late once its deadline has passed, and not before', () => {
    expect(conditionAt(600_000)).toEqual(progressing);
    expect(conditionAt(600_001)).toMatchObject({
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: 'ReplicaSet "new" has timed out progressing.',
    });
    expect(deadlineInMs(stuck, status, since)).toBe(601_000);
  });
});
