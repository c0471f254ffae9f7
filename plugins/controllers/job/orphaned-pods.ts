import { defineController, reads } from '../../../src/sdk/controller.ts';
import { byController, controllerOf } from '../../../src/sdk/controller-reference.ts';
import { isJobFinished } from '../../kinds/batch/v1/job-conditions.ts';
import { Job } from '../../kinds/batch/v1/job.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { isOurs, isTracked } from './job-facts.ts';
import { releasePod } from './release-pod.ts';

/** Frees pods that no job will count any more: its job has ended, is gone, or has let them go. */
export const orphanedPodController = defineController({
  name: 'job-orphaned-pod-controller',
  primary: Pod,
  reads: [
    reads(Job, (job, caches) =>
      caches.of(Job).byUid(job.metadata.uid) === undefined || isJobFinished(job)
        ? caches
            .of(Pod)
            .indexed(byController, job.metadata.uid)
            .map(pod => pod.metadata)
        : [],
    ),
  ],
  writes: [Pod.can('patch')],
  concerns: isTracked,

  async reconcile({ object: pod, caches, client }) {
    const owner = controllerOf(pod);
    if (owner !== undefined) {
      if (owner.kind !== Job.kind || owner.apiVersion !== Job.apiVersion) return {};
      const job = caches.of(Job).byUid(owner.uid);
      if (job !== undefined && (!isOurs(job) || !isJobFinished(job))) return {};
    }
    await releasePod(client, pod);
    return {};
  },
});
