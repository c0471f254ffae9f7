import { describe, expect, it } from 'vitest';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { matchPodFailure } from './pod-failure-policy.ts';
import { newPod } from './new-pod.ts';
import { viewJob } from './job-view.ts';
import { judgeCompletion, judgeJob } from './judge-job.ts';
import { planPods } from './plan-pods.ts';
import { backoffLeftMs, endedMs, indexBackoffLeftMs } from './pod-backoff.ts';
import { metSuccessPolicyRule } from './success-policy.ts';
import { parseIndexes } from './index-intervals.ts';
import { at, jobOf, podOf, START_MS, type PodFacts } from './testing/job-fixtures.ts';

const many = (count: number, facts: PodFacts, from = 0): readonly Pod[] =>
  Array.from({ length: count }, (_, n) => podOf(`p${from + n}`, facts));
const indexed = (spec: object = {}): object => ({ completionMode: 'Indexed', completions: 4, parallelism: 4, ...spec });

describe('the pods of a job', () => {
  const plan = (spec: object, pods: readonly Pod[], status: object = {}, seconds = 0) => {
    const { remove, create, waitMs } = planPods(viewJob(jobOf(spec, status), pods), START_MS + seconds * 1000);
    return [remove.map(({ metadata }) => metadata.name), create, waitMs];
  };
  const none = undefined;
  const failed: PodFacts = { phase: 'Failed', ended: 0 };

  it.each<[string, object, readonly Pod[], object, number, readonly unknown[]]>([
    ['are made', { parallelism: 2, completions: 3 }, [], {}, 0, [[], [none, none], none]],
    ['are not more than are to succeed', { parallelism: 5, completions: 2 }, [], {}, 0, [[], [none, none], none]],
    ['count those that did', { parallelism: 5, completions: 2 }, [], { succeeded: 1 }, 0, [[], [none], none]],
    [
      'that succeed just now count',
      { parallelism: 2, completions: 2 },
      [podOf('a', { phase: 'Succeeded', ended: 0 })],
      {},
      0,
      [[], [none], none],
    ],
    [
      'without completions run side by side',
      { parallelism: 2, completions: undefined },
      [],
      {},
      0,
      [[], [none, none], none],
    ],
    [
      'end by themselves after one success',
      { parallelism: 2, completions: undefined },
      many(1, {}),
      { succeeded: 1 },
      0,
      [[], [], none],
    ],
    [
      'are too many',
      { parallelism: 1, completions: 3 },
      [podOf('ready', { ready: true }), podOf('new')],
      {},
      0,
      [['new'], [], none],
    ],
    ['go when it is suspended', { suspend: true }, many(2, {}), {}, 0, [['p0', 'p1'], [], none]],
    ['wait ten seconds after one failure', {}, many(1, failed), {}, 3, [[], [], 7000]],
    ['wait no longer than that', {}, many(1, failed), {}, 10, [[], [none], none]],
    ['wait twice as long each time', {}, many(3, failed), {}, 0, [[], [], 40_000]],
    ['wait ten minutes at most', {}, many(12, failed), {}, 0, [[], [], 600_000]],
    [
      'forget failures at a success',
      { completions: 2 },
      [...many(3, failed), podOf('ok', { phase: 'Succeeded', ended: 1 })],
      {},
      2,
      [[], [none], none],
    ],
    [
      'are replaced while they end',
      { completions: 2 },
      [podOf('a', { deleted: 0, tracked: false })],
      {},
      0,
      [[], [none], none],
    ],
    [
      'are not replaced while they end',
      { completions: 2, podReplacementPolicy: 'Failed' },
      [podOf('a', { deleted: 0 })],
      {},
      0,
      [[], [], none],
    ],
  ])('%s', (_, spec, pods, status, seconds, expected) => {
    expect(plan(spec, pods, status, seconds)).toEqual(expected);
  });

  it.each<[string, object, readonly Pod[], object, number, readonly unknown[]]>([
    ['are one for each index', indexed(), [], {}, 0, [[], [0, 1, 2, 3], none]],
    [
      'fill what is left',
      indexed({ parallelism: 2 }),
      [podOf('a', { index: 1 })],
      { completedIndexes: '0' },
      0,
      [[], [2], none],
    ],
    [
      'of one index are one',
      indexed(),
      [podOf('a', { index: 1, ready: true }), podOf('b', { index: 1 })],
      {},
      0,
      [['b'], [], none],
    ],
    ['without a place go', indexed(), [podOf('a'), podOf('b', { index: 4 })], {}, 0, [['a', 'b'], [], none]],
    [
      'wait for their own index alone',
      indexed({ backoffLimitPerIndex: 3 }),
      [podOf('a', { ...failed, index: 1, failures: 0 })],
      {},
      0,
      [[], [0, 2, 3], 10_000],
    ],
    [
      'wait longer for an index that failed before',
      indexed({ backoffLimitPerIndex: 3 }),
      [podOf('a', { ...failed, index: 1, failures: 1, ignored: 1 })],
      { completedIndexes: '0,2-3' },
      0,
      [[], [], 40_000],
    ],
    [
      'leave out an index that failed for good',
      indexed({ backoffLimitPerIndex: 0 }),
      [podOf('a', { ...failed, index: 1, failures: 0 })],
      { completedIndexes: '0' },
      0,
      [[], [2, 3], none],
    ],
    [
      'are not doubled while they end',
      indexed({ podReplacementPolicy: 'Failed' }),
      [podOf('a', { index: 0, deleted: 0 })],
      {},
      0,
      [[], [1, 2, 3], none],
    ],
  ])('of an indexed one %s', (_, spec, pods, status, seconds, expected) => {
    expect(plan(spec, pods, status, seconds)).toEqual(expected);
  });

  it('go on counting the failures of their index', () => {
    const rules = [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [42] } }];
    const job = jobOf(indexed({ backoffLimitPerIndex: 3, podFailurePolicy: { rules } }));
    const after = (code: number) =>
      newPod(job, 2, podOf('a', { index: 2, failures: 1, ignored: 1, ended: 0, code })).metadata.annotations;
    const name = 'batch.kubernetes.io/job-index';
    expect(after(1)).toMatchObject({ [`${name}-failure-count`]: '2', [`${name}-ignored-failure-count`]: '1' });
    expect(after(42)).toMatchObject({ [`${name}-failure-count`]: '1', [`${name}-ignored-failure-count`]: '2' });
    expect(newPod(job, 2, undefined).metadata.annotations).toMatchObject({ [`${name}-failure-count`]: '0' });
    expect(newPod(jobOf(indexed(), {}, { name: 'x'.repeat(60) }), 12, undefined).metadata.generateName).toBe(
      `${'x'.repeat(54)}-12-`,
    );
  });

  it.each([
    [{ ended: 5 }, 5],
    [{ conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: at(4) }] }, 4],
    [{ deleted: 3 }, 3],
    [{}, 0],
  ])('have ended, if %j, at %d', (facts, seconds) => {
    expect(endedMs(podOf('a', facts))).toBe(START_MS + seconds * 1000);
  });

  it('wait for no one who was sent away', () => {
    const sent = podOf('a', { phase: 'Failed', ended: 0, deleted: 0, tracked: false });
    expect([backoffLeftMs([], [sent], START_MS), indexBackoffLeftMs(undefined, START_MS)]).toEqual([0, 0]);
  });
});

describe('the end of a job', () => {
  const judged = (spec: object, pods: readonly Pod[], status: object = {}, seconds = 0) => {
    const job = jobOf(spec, status);
    const view = viewJob(job, pods);
    const verdict =
      judgeJob(view, job.status.startTime, START_MS + seconds * 1000) ?? judgeCompletion(view, view.active.length);
    return verdict === undefined ? 'none' : `${verdict.outcome} ${verdict.reason}`;
  };
  const failed: PodFacts = { phase: 'Failed', ended: 0 };
  const ok: PodFacts = { phase: 'Succeeded', ended: 0, code: 0 };
  const onFailure = (restarts: number): [object, readonly Pod[]] => [
    { template: { spec: { restartPolicy: 'OnFailure' } }, backoffLimit: 2 },
    [podOf('a', { restarts }), podOf('b', { restarts: 1 })],
  ];
  const failIndex = { rules: [{ action: 'FailIndex', onExitCodes: { operator: 'NotIn', values: [2] } }] };
  const told = (type: string) => ({ conditions: [{ type, status: 'True', reason: 'R', message: 'm' }] });

  it.each<[string, object, readonly Pod[], object, number, string]>([
    ['is not yet', {}, many(1, {}), {}, 0, 'none'],
    ['is success', {}, many(1, ok), {}, 0, 'Complete CompletionsReached'],
    ['is success without any pod', { completions: 0 }, [], {}, 0, 'Complete CompletionsReached'],
    ['waits for others that run', { completions: undefined }, [...many(1, ok), podOf('b')], {}, 0, 'none'],
    ['is one success of any', { completions: undefined }, many(1, ok), {}, 0, 'Complete CompletionsReached'],
    ['is too many failures', { backoffLimit: 1 }, many(2, failed), {}, 0, 'Failed BackoffLimitExceeded'],
    [
      'is too many with those counted',
      { backoffLimit: 1 },
      many(1, failed),
      { failed: 1 },
      0,
      'Failed BackoffLimitExceeded',
    ],
    [
      'counts none twice',
      { backoffLimit: 1 },
      many(1, failed),
      { uncountedTerminatedPods: { failed: ['p0'] } },
      0,
      'none',
    ],
    ['counts none that is free', { backoffLimit: 1 }, many(1, { ...failed, tracked: false }), { failed: 1 }, 0, 'none'],
    ['is too many restarts', ...onFailure(1), {}, 0, 'Failed BackoffLimitExceeded'],
    ['is not yet too many restarts', ...onFailure(0), {}, 0, 'none'],
    ['is its deadline', { activeDeadlineSeconds: 5 }, many(1, {}), { startTime: at(0) }, 5, 'Failed DeadlineExceeded'],
    ['comes before its deadline', { activeDeadlineSeconds: 5 }, many(1, {}), { startTime: at(0) }, 4.9, 'none'],
    [
      'is no deadline while suspended',
      { activeDeadlineSeconds: 5, suspend: true },
      [],
      { startTime: at(0) },
      9,
      'none',
    ],
    [
      'is all indexes done, some failed',
      indexed({ backoffLimitPerIndex: 1 }),
      [podOf('a', { ...failed, index: 3, failures: 1 })],
      { completedIndexes: '0-2' },
      0,
      'Failed FailedIndexes',
    ],
    [
      'is too many failed indexes',
      indexed({ backoffLimitPerIndex: 1, maxFailedIndexes: 0 }),
      [podOf('a', { ...failed, index: 3, failures: 1 })],
      {},
      0,
      'Failed MaxFailedIndexesExceeded',
    ],
    [
      'is an index by policy',
      indexed({ backoffLimitPerIndex: 9, podFailurePolicy: failIndex }),
      [podOf('a', { ...failed, index: 3, failures: 0 })],
      { completedIndexes: '0-2' },
      0,
      'Failed FailedIndexes',
    ],
    [
      'is enough indexes',
      indexed({ successPolicy: { rules: [{ succeededCount: 2 }] } }),
      [podOf('a', { ...ok, index: 1 })],
      { completedIndexes: '3' },
      0,
      'Complete SuccessPolicy',
    ],
    [
      'is failure before success',
      indexed({ backoffLimit: 0, successPolicy: { rules: [{ succeededCount: 1 }] } }),
      [podOf('a', { ...ok, index: 1 }), podOf('b', { ...failed, index: 2 })],
      {},
      0,
      'Failed BackoffLimitExceeded',
    ],
    ['was told before', {}, [], told('FailureTarget'), 0, 'Failed R'],
    ['was told to be success', { backoffLimit: 0 }, many(2, failed), told('SuccessCriteriaMet'), 0, 'Complete R'],
  ])('%s', (_, spec, pods, status, seconds, expected) => {
    expect(judged(spec, pods, status, seconds)).toBe(expected);
  });

  it.each([
    [{ onExitCodes: { operator: 'In', values: [1, 3] } }, true],
    [{ onExitCodes: { operator: 'In', values: [1], containerName: 'd' } }, false],
    [{ onExitCodes: { operator: 'NotIn', values: [1] } }, false],
    [{ onExitCodes: { operator: 'NotIn', values: [2] } }, true],
    [{ onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }, true],
    [{ onPodConditions: [{ type: 'DisruptionTarget', status: 'False' }] }, false],
  ] as const)('a failed pod matches %j: %s', (rule, matches) => {
    const pod = podOf('a', { phase: 'Failed', ended: 0, conditions: [{ type: 'DisruptionTarget', status: 'True' }] });
    const policy = { rules: [{ action: 'Ignore', ...rule }] } as Parameters<typeof matchPodFailure>[0];
    expect(matchPodFailure(policy, pod)).toEqual(matches ? { action: 'Ignore' } : undefined);
  });

  it.each([
    [{ succeededIndexes: '0,2' }, '0', false],
    [{ succeededIndexes: '0,2' }, '0-2', true],
    [{ succeededIndexes: '0-2', succeededCount: 2 }, '1,2', true],
    [{ succeededIndexes: '0-2', succeededCount: 2 }, '2-4', false],
    [{ succeededCount: 3 }, '2-4', true],
    [{ succeededCount: 0 }, '', false],
  ])('the rule %j is met by %j: %s', (rule, indexes, isMet) => {
    const met = metSuccessPolicyRule({ rules: [{ succeededCount: 9 }, rule] }, 9, parseIndexes(indexes, 9));
    expect(met).toBe(isMet ? 'Matched rules at index 1' : undefined);
  });
});
