import { labelMatcher } from '../../../src/api/label-selector.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { timeOf } from '../../../src/base/timestamp.ts';
import { defineController, type ControllerClient, type Outcome } from '../../../src/sdk/controller.ts';
import { isJobFinished } from '../../kinds/batch/v1/job-conditions.ts';
import type { JobStatus } from '../../kinds/batch/v1/job-status.ts';
import { Job } from '../../kinds/batch/v1/job.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodActs } from '../pod-acts.ts';
import { actOnPlan, type Done } from './act-on-plan.ts';
import { isOurs, isSuspended, isTracked, TRACKING_FINALIZER } from './job-facts.ts';
import { endedStatus, isEnded, podCounts, suspension, withInterim } from './job-status.ts';
import { viewJob, type JobView } from './job-view.ts';
import { deadlineLeftMs, judgeCompletion, judgeJob, type Verdict } from './judge-job.ts';
import { planPods, type PodPlan } from './plan-pods.ts';
import { releasePod } from './release-pod.ts';
import { settleCounts, trackPods } from './track-pods.ts';

const NOTHING: PodPlan = { remove: [], create: [] };

/** Runs a job's pods until it is complete or has failed, and counts each of them once. */
export const jobController = defineController({
  name: 'job-controller',
  primary: Job,
  owned: { pods: Pod },
  writes: [Pod.can('create', 'delete', 'patch'), Job.canOn('status', 'update')],
  adopts: ({ spec }) => labelMatcher(spec.selector),
  ownedFinalizer: TRACKING_FINALIZER,
  concerns: job => isOurs(job) && !isJobFinished(job),

  async reconcile({ object: job, owned: { pods }, client, nowMs, event }) {
    const view = viewJob(job, pods);
    const startTime = job.status.startTime ?? (isSuspended(job) ? undefined : timeOf(nowMs));
    const verdict = judgeJob(view, startTime, nowMs);
    const goesOn = verdict === undefined && job.metadata.deletionTimestamp === undefined;
    const plan = goesOn ? planPods(view, nowMs) : verdict === undefined ? NOTHING : { ...NOTHING, remove: view.active };
    const acts = { owner: job, client, event };
    const removal = { countsRemoved: verdict !== undefined, lastOfIndex: view.lastOfIndex };
    const done = await actOnPlan(job, plan, removal, acts);
    const counted = podCounts(view, startTime, done);
    // As long as pods could not be told to end, nobody may think that it has.
    const told =
      verdict === undefined
        ? judgeCompletion(view, counted.active ?? 0)
        : done.failure === undefined
          ? verdict
          : undefined;
    const turned = goesOn && told === undefined ? suspension(job, counted, nowMs) : { status: counted };
    if (turned.event !== undefined) event('Normal', turned.event, `Job ${turned.event.toLowerCase()}`);
    await settle(view, turned.status, told, acts, nowMs);
    return outcomeOf(job, startTime, { plan, done, told }, nowMs);
  },
});

/** Counts who has ended, lets them go, and says so when all have. */
async function settle(
  view: JobView,
  status: JobStatus,
  verdict: Verdict | undefined,
  { client, event }: PodActs,
  nowMs: number,
): Promise<void> {
  const { status: counted, release, isPartial } = trackPods(view, status, verdict);
  const job = await writeStatus(client, view.job, withInterim(counted, verdict, nowMs));
  if (job === undefined) return;
  const released = await Promise.allSettled(release.map(pod => releasePod(client, pod)));
  const gone = new Set(release.filter((_, at) => released[at]?.status === 'fulfilled'));
  const tracked = view.pods.filter(pod => isTracked(pod) && !gone.has(pod)).map(({ metadata }) => metadata.uid);
  const settled = settleCounts(job.status, new Set(tracked));
  const ends = verdict !== undefined && !isPartial && isEnded(settled);
  await writeStatus(client, job, ends ? endedStatus(settled, verdict, nowMs) : settled);
  const failed = released.find(result => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  if (ends) tellEnd(view, verdict, event);
}

function tellEnd({ job, succeeded }: JobView, verdict: Verdict, event: PodActs['event']): void {
  if (verdict.outcome === 'Failed') {
    event('Warning', verdict.reason, verdict.message);
    return;
  }
  if (job.spec.completions !== undefined && succeeded > job.spec.completions) {
    event('Warning', 'TooManySucceededPods', 'Too many succeeded pods running after completion count reached');
  }
  event('Normal', 'Completed', 'Job completed');
}

/** The job as it is then; `undefined` where it is gone. */
async function writeStatus(client: ControllerClient, job: Job, status: JobStatus): Promise<Job | undefined> {
  if (isDeepEqual(status, job.status)) return job;
  try {
    return await client.updateStatus(Job, { ...job, status });
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return undefined;
    throw error;
  }
}

function outcomeOf(
  job: Job,
  startTime: string | undefined,
  { plan, done, told }: { readonly plan: PodPlan; readonly done: Done; readonly told: Verdict | undefined },
  nowMs: number,
): Outcome<JobStatus> {
  const deadlineMs = told === undefined ? deadlineLeftMs(job, startTime, nowMs) : undefined;
  const waits = [plan.waitMs, deadlineMs].filter(ms => ms !== undefined);
  return {
    ...(waits.length === 0 ? {} : { requeueAfterMs: Math.min(...waits) }),
    ...(done.failure === undefined ? {} : { failure: done.failure }),
  };
}
