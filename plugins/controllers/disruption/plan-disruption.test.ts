import { describe, expect, it } from 'vitest';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodDisruptionBudget } from '../../kinds/policy/v1/pod-disruption-budget.ts';
import { DELETION_TIMEOUT_MS, planDisruption } from './plan-disruption.ts';

const NOW_MS = Date.parse('2026-01-01T00:10:00Z');
const ago = (ms: number): string => `${new Date(NOW_MS - ms).toISOString().slice(0, 19)}Z`;

const pod = (name: string, { ready = true, going = false } = {}): Pod =>
  ({
    metadata: { name, ...(going ? { deletionTimestamp: ago(0) } : {}) },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  }) as unknown as Pod;
const pods = (ready: number, unready = 0): readonly Pod[] => [
  ...Array.from({ length: ready }, (_, n) => pod(`r${n}`)),
  ...Array.from({ length: unready }, (_, n) => pod(`u${n}`, { ready: false })),
];
const budget = (spec: object, status: object = {}): PodDisruptionBudget =>
  ({ metadata: { name: 'b', generation: 3 }, spec, status }) as unknown as PodDisruptionBudget;
const counted = (count: number) => ({ type: 'counted', count, unmanaged: [] }) as const;

describe('what a budget allows', () => {
  it.each([
    ['a number that must be there', { minAvailable: 2 }, pods(3), 3, [1, 3, 2, 3]],
    ['as many as must be there', { minAvailable: 3 }, pods(3), 3, [0, 3, 3, 3]],
    ['fewer than must be there', { minAvailable: 4 }, pods(3), 3, [0, 3, 4, 3]],
    ['pods that are not ready do not count', { minAvailable: 1 }, pods(1, 2), 3, [0, 1, 1, 3]],
    ['a percentage is of what owners want, rounded up', { minAvailable: '50%' }, pods(3), 5, [0, 3, 3, 5]],
    ['what may be lacking', { maxUnavailable: 1 }, pods(3), 3, [1, 3, 2, 3]],
    ['nothing may be lacking', { maxUnavailable: 0 }, pods(3), 3, [0, 3, 3, 3]],
    ['more than there are may be lacking', { maxUnavailable: 9 }, pods(3), 3, [3, 3, 0, 3]],
    ['a percentage that may be lacking is rounded up', { maxUnavailable: '30%' }, pods(3), 3, [1, 3, 2, 3]],
    ['owners want more than there are', { maxUnavailable: 1 }, pods(3), 5, [0, 3, 4, 5]],
    ['no pods at all', { maxUnavailable: 1 }, [], 0, [0, 0, 0, 0]],
    ['one on its way out', { minAvailable: 1 }, [...pods(1), pod('g', { going: true })], 2, [0, 1, 1, 2]],
  ] as const)('%s', (_, spec, all, wanted, expected) => {
    const expectedCount = 'minAvailable' in spec && typeof spec.minAvailable === 'number' ? all.length : wanted;
    const { status } = planDisruption(budget(spec), all, counted(expectedCount), NOW_MS);
    const { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = status;
    expect([disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods]).toEqual(expected);
    const isAllowed = disruptionsAllowed > 0;
    expect(status.conditions).toEqual([
      {
        type: 'DisruptionAllowed',
        observedGeneration: 3,
        status: isAllowed ? 'True' : 'False',
        reason: isAllowed ? 'SufficientPods' : 'InsufficientPods',
        message: '',
        lastTransitionTime: ago(0),
      },
    ]);
    expect(status.observedGeneration).toBe(3);
  });
});

describe('a granted eviction', () => {
  const granted = (ms: number) => budget({ minAvailable: 1 }, { disruptedPods: { r0: ago(ms), gone: ago(ms) } });

  it('counts as done until it is seen, and is looked at again when its time is over', () => {
    const plan = planDisruption(granted(1000), pods(3), counted(3), NOW_MS);
    expect(plan.status).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1, disruptedPods: { r0: ago(1000) } });
    expect(Object.keys(plan.status.disruptedPods ?? {})).toEqual(['r0']);
    expect(plan.recheckInMs).toBe(DELETION_TIMEOUT_MS - 1000);
  });

  it('that never happened counts no longer', () => {
    const plan = planDisruption(granted(DELETION_TIMEOUT_MS + 1000), pods(3), counted(3), NOW_MS);
    expect(plan.status).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 2 });
    expect(plan.status.disruptedPods).toBeUndefined();
    expect(plan.notDeleted.map(({ metadata }) => metadata.name)).toEqual(['r0']);
  });

  it('of a pod that is going is forgotten', () => {
    const going = [pod('r0', { going: true }), pod('r1')];
    expect(planDisruption(granted(1000), going, counted(2), NOW_MS).status.disruptedPods).toBeUndefined();
  });
});

it('allows nothing and says why when the owners are not known', () => {
  const before = { disruptionsAllowed: 2, currentHealthy: 3, desiredHealthy: 1, expectedPods: 3 };
  const unknown = { type: 'unknown', message: 'found no controllers for pod "x"' } as const;
  const plan = planDisruption(budget({ maxUnavailable: 1 }, before), pods(3), unknown, NOW_MS);
  expect(plan.status).toMatchObject({ ...before, disruptionsAllowed: 0 });
  expect(plan.status.conditions).toMatchObject([{ status: 'False', reason: 'SyncFailed', message: unknown.message }]);
  expect(plan.problem).toBe(unknown.message);
});
