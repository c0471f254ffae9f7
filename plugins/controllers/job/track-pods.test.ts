import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobStatus } from '../../kinds/batch/v1/job-status.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { isTracked } from './job-facts.ts';
import { viewJob } from './job-view.ts';
import type { Verdict } from './judge-job.ts';
import { jobOf, podOf, type PodFacts } from './testing/job-fixtures.ts';
import { settleCounts, trackPods } from './track-pods.ts';

const ended = { ok: { phase: 'Succeeded', ended: 0 }, bad: { phase: 'Failed', ended: 0 } } as const;
const free = (pod: Pod): Pod => ({ ...pod, metadata: { ...pod.metadata, finalizers: [] } });
const uids = (pods: readonly Pod[]): readonly string[] => pods.map(({ metadata }) => metadata.uid);
const failing: Verdict = { outcome: 'Failed', reason: 'R', message: 'm' };
const succeeding: Verdict = { outcome: 'Complete', reason: 'R', message: 'm' };

describe('ended pods', () => {
  it('are counted once each, wherever passes break off and whatever they see late', () => {
    const facts = fc.constantFrom<PodFacts>(ended.ok, ended.bad, { deleted: 0 });
    const breaks = fc.array(fc.record({ at: fc.nat(3), free: fc.nat(6) }), { maxLength: 6 });
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 6 }), breaks, (all, faults) => {
        let pods: readonly Pod[] = all.map((fact, n) => podOf(`p${n}`, fact));
        let status: JobStatus = {};
        for (const fault of [...faults, { at: 3, free: 6 }, { at: 3, free: 6 }]) {
          const { status: written, release } = trackPods(viewJob(jobOf({}, status), pods), status, undefined);
          if (fault.at === 0) continue;
          status = written;
          if (fault.at === 1) continue;
          const gone = new Set(uids(release.slice(0, fault.free)));
          pods = pods.map(pod => (gone.has(pod.metadata.uid) ? free(pod) : pod));
          if (fault.at === 2) continue;
          status = settleCounts(status, new Set(uids(pods.filter(isTracked))));
        }
        const succeeded = all.filter(fact => fact === ended.ok).length;
        expect([status.succeeded ?? 0, status.failed ?? 0]).toEqual([succeeded, all.length - succeeded]);
        expect(status.uncountedTerminatedPods).toEqual({});
        expect(pods.filter(isTracked)).toEqual([]);
      }),
    );
  });

  const tracked = (spec: object, pods: readonly Pod[], verdict?: Verdict, status: JobStatus = {}) => {
    const { status: next, release } = trackPods(viewJob(jobOf(spec, status), pods), status, verdict);
    return [uids(release), next.uncountedTerminatedPods, next.completedIndexes, next.failedIndexes];
  };
  const indexed = { completionMode: 'Indexed', completions: 4, parallelism: 4 };
  const perIndex = { ...indexed, backoffLimitPerIndex: 1 };
  const ignoring = { rules: [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [1] } }] };
  const none = undefined;

  it.each<[string, object, readonly Pod[], Verdict | undefined, JobStatus, readonly unknown[]]>([
    ['that run stay', {}, [podOf('a')], none, {}, [[], {}, none, none]],
    ['of a job that failed have failed', {}, [podOf('a')], failing, {}, [['a'], { failed: ['a'] }, none, none]],
    ['of a job that succeeded have not', {}, [podOf('a')], succeeding, {}, [['a'], {}, none, none]],
    [
      'may still end well',
      { podReplacementPolicy: 'Failed' },
      [podOf('a', { deleted: 0 })],
      none,
      {},
      [[], {}, none, none],
    ],
    [
      'do not count where the policy ignores them',
      { podFailurePolicy: ignoring },
      [podOf('a', ended.bad)],
      none,
      {},
      [['a'], {}, none, none],
    ],
    [
      'count by index',
      indexed,
      [podOf('b', { ...ended.ok, index: 2 }), podOf('a', { ...ended.ok, index: 1 })],
      none,
      { completedIndexes: '0' },
      [['a', 'b'], {}, '0-2', none],
    ],
    [
      'of no index count as nothing',
      indexed,
      [podOf('a', ended.bad), podOf('b', { ...ended.bad, index: 7 })],
      none,
      {},
      [['a', 'b'], {}, none, none],
    ],
    [
      'wait for the next of their index',
      perIndex,
      [podOf('a', { ...ended.bad, index: 1, failures: 0 })],
      none,
      {},
      [[], {}, none, ''],
    ],
    [
      'go when the next of their index is there',
      perIndex,
      [podOf('a', { ...ended.bad, index: 1, failures: 0 }), podOf('b', { index: 1 })],
      none,
      {},
      [['a'], { failed: ['a'] }, none, ''],
    ],
    [
      'go when their index has failed',
      perIndex,
      [podOf('a', { ...ended.bad, index: 1, failures: 1 })],
      none,
      {},
      [['a'], { failed: ['a'] }, none, '1'],
    ],
  ])('%s', (_, spec, pods, verdict, status, expected) => {
    expect(tracked(spec, pods, verdict, status)).toEqual(expected);
  });

  it('are counted some at a time', () => {
    const pods = Array.from({ length: 600 }, (_, n) => podOf(`p${n}`, ended.ok));
    const { release, isPartial } = trackPods(viewJob(jobOf(), pods), {}, undefined);
    expect([release.length, isPartial]).toEqual([500, true]);
  });
});
