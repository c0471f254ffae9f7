import { type Stored, int32, list, listSet, object, string, time } from '../../../../src/schema/schema.ts';

export const jobCondition = object({
  type: string().zero().doc('Name of the aspect.').at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().doc('Whether it holds: True, False or Unknown.').at(2),
  lastProbeTime: time().orNullWhenAbsent().doc('When it was judged last.').at(3),
  lastTransitionTime: time().orNullWhenAbsent().doc('When the status changed last.').at(4),
  reason: string().omitEmpty().doc('Why, in one word.').at(5),
  message: string().omitEmpty().doc('Why, for people.').at(6),
})
  .named('io.k8s.api.batch.v1.JobCondition')
  .doc('One aspect of the state of a job.');
export type JobCondition = Stored<typeof jobCondition>;

export const uncountedTerminatedPods = object({
  succeeded: listSet(string()).patchKey(null).omitEmpty().doc('UIDs of pods that succeeded.').at(1),
  failed: listSet(string()).patchKey(null).omitEmpty().doc('UIDs of pods that failed.').at(2),
})
  .named('io.k8s.api.batch.v1.UncountedTerminatedPods')
  .doc('Pods that have ended and are not in the counts yet, so that each is counted once.');
export type UncountedTerminatedPods = Stored<typeof uncountedTerminatedPods>;

export const jobStatus = object({
  conditions: list(jobCondition).patchKey('type').omitEmpty().doc('Aspects of its state.').at(1),
  startTime: time().optional().doc('When it was begun, or resumed last.').at(2),
  completionTime: time().optional().doc('When it was complete.').at(3),
  active: int32().omitEmpty().doc('How many pods have not ended.').at(4),
  succeeded: int32().omitEmpty().doc('How many pods have succeeded.').at(5),
  failed: int32().omitEmpty().doc('How many pods have failed.').at(6),
  terminating: int32().optional().doc('How many pods are ending.').at(11),
  completedIndexes: string().omitEmpty().doc('Indexes that have succeeded, such as 1,3-5.').at(7),
  failedIndexes: string().optional().doc('Indexes that have failed for good.').at(10),
  uncountedTerminatedPods: uncountedTerminatedPods.optional().doc('Pods on their way into the counts.').at(8),
  ready: int32().optional().doc('How many of the active pods are ready.').at(9),
})
  .named('io.k8s.api.batch.v1.JobStatus')
  .doc('How far a job is.');
export type JobStatus = Stored<typeof jobStatus>;
