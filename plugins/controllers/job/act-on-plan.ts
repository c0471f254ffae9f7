import type { Job } from '../../kinds/batch/v1/job.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { createPod, deletePod, type PodActs } from '../pod-acts.ts';
import { isReady } from '../pod-facts.ts';
import { slowStart } from '../slow-start.ts';
import { isTracked } from './job-facts.ts';
import { newPod } from './new-pod.ts';
import type { PodPlan } from './plan-pods.ts';
import { releasePod } from './release-pod.ts';

/** What was done of a plan, and what went wrong first. */
export interface Done {
  readonly created: number;
  readonly removed: number;
  readonly removedReady: number;
  readonly failure?: unknown;
}

/** Pods of a job that goes on are not counted when it removes them; those of one that has ended are. */
export async function actOnPlan(
  job: Job,
  plan: PodPlan,
  { countsRemoved, lastOfIndex }: { readonly countsRemoved: boolean; readonly lastOfIndex: ReadonlyMap<number, Pod> },
  acts: PodActs,
): Promise<Done> {
  const removals = await Promise.allSettled(
    plan.remove.map(async pod => {
      if (!countsRemoved && isTracked(pod)) await releasePod(acts.client, pod);
      await deletePod(pod, acts);
      return pod;
    }),
  );
  const removed = removals.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
  let created = 0;
  const failures = await slowStart(plan.create.length, async at => {
    const index = plan.create[at];
    const replaced = index === undefined ? undefined : lastOfIndex.get(index);
    if (await createPod(newPod(job, index, replaced), acts)) created += 1;
  });
  const failure: unknown = removals.find(result => result.status === 'rejected')?.reason ?? failures[0];
  return {
    created,
    removed: removed.length,
    removedReady: removed.filter(isReady).length,
    ...(failure === undefined ? {} : { failure }),
  };
}
