import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { type Stored, boolean, int32, int64, object, oneOf, string } from '../../../../src/schema/schema.ts';
import { podTemplateSpec } from '../../core/v1/pod-template-spec.ts';
import { podFailurePolicy, podReplacementPolicy, successPolicy } from './job-policies.ts';

/** Nothing has a default here: the template of a cron job keeps what it was given. */
export const jobSpec = object({
  parallelism: int32().min(0).optional().doc('How many pods run at a time at most.').at(1),
  completions: int32().min(0).optional().doc('How many pods must succeed; any one when left out.').at(2),
  activeDeadlineSeconds: int64().min(0).optional().doc('How long it may run before it has failed.').at(3),
  backoffLimit: int32().min(0).optional().doc('How many pods may fail before it has failed.').at(7),
  ttlSecondsAfterFinished: int32().min(0).optional().doc('How long it is kept when it has finished.').at(8),
  backoffLimitPerIndex: int32().min(0).optional().doc('How often one index may fail.').at(12),
  maxFailedIndexes: int32().min(0).optional().doc('How many indexes may fail before all are ended.').at(13),
  managedBy: string().optional().doc('Who manages it, where that is not the built-in controller.').at(15),
  completionMode: oneOf('NonIndexed', 'Indexed').optional().doc('Whether each completion has an index.').at(9),
  podFailurePolicy: podFailurePolicy.byRule().optional().doc('How failed pods count.').at(11),
  successPolicy: successPolicy.byRule().optional().doc('When it has succeeded.').at(16),
  podReplacementPolicy: podReplacementPolicy.byRule().optional().doc('When a pod that ends is replaced.').at(14),
  template: podTemplateSpec.zero().doc('The pods it makes.').at(6),
  selector: labelSelector.byRule().optional().doc('Labels of the pods it owns; made by the server.').at(4),
  manualSelector: boolean().optional().doc('Labels and selector are not made by the server.').at(5),
  suspend: boolean().optional().doc('No pods are made, and those that are there are ended.').at(10),
})
  .named('io.k8s.api.batch.v1.JobSpec')
  .doc('What a job shall do.');
export type JobSpec = Stored<typeof jobSpec>;
