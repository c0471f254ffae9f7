import { timeMs } from '../../../src/base/timestamp.ts';
import { defineController } from '../../../src/sdk/controller.ts';
import { finishedCondition } from '../../kinds/batch/v1/job-conditions.ts';
import { Job } from '../../kinds/batch/v1/job.ts';

/** Removes finished jobs, with their pods, once their time is over. */
export const ttlAfterFinishedController = defineController({
  name: 'ttl-after-finished-controller',
  primary: Job,
  writes: [Job.can('delete')],
  concerns: job => job.metadata.deletionTimestamp === undefined && expiresMs(job) !== undefined,

  async reconcile({ object, client, nowMs }) {
    const { name, namespace = '', uid } = object.metadata;
    const leftMs = (expiresMs(object) ?? nowMs) - nowMs;
    if (leftMs > 0) return { requeueAfterMs: leftMs };
    // The cache may be behind: it may have got more time since.
    const job = await client.get(Job, { name, namespace });
    const lateMs = expiresMs(job) ?? Number.POSITIVE_INFINITY;
    if (job.metadata.uid !== uid || lateMs > nowMs) return {};
    await client.delete(Job, { name, namespace }, { propagationPolicy: 'Foreground', preconditions: { uid } });
    return {};
  },
});

function expiresMs({ spec, status }: Job): number | undefined {
  const endedMs = timeMs(finishedCondition(status)?.lastTransitionTime);
  const { ttlSecondsAfterFinished: seconds } = spec;
  return endedMs === undefined || seconds === undefined ? undefined : endedMs + seconds * 1000;
}
