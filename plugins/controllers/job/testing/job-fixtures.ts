import type { Job } from '../../../kinds/batch/v1/job.ts';
import type { Pod } from '../../../kinds/core/v1/pod.ts';
import { COMPLETION_INDEX, TRACKING_FINALIZER } from '../job-facts.ts';

/** All times of these tests are told in seconds since this moment. */
export const START_MS = Date.UTC(2026, 0, 1);
export const at = (seconds: number): string => new Date(START_MS + seconds * 1000).toISOString().replace('.000Z', 'Z');

export const jobOf = (spec: object = {}, status: object = {}, metadata: object = {}): Job =>
  ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'j', namespace: 'n', uid: 'job', ...metadata },
    spec: {
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      podReplacementPolicy: 'podFailurePolicy' in spec ? 'Failed' : 'TerminatingOrFailed',
      template: { metadata: {}, spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } },
      ...spec,
    },
    status,
  }) as unknown as Job;

export interface PodFacts {
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  readonly index?: number;
  readonly failures?: number;
  readonly ignored?: number;
  /** When its container ended, in seconds. */
  readonly ended?: number;
  readonly code?: number;
  readonly deleted?: number;
  readonly tracked?: boolean;
  readonly ready?: boolean;
  readonly restarts?: number;
  readonly conditions?: readonly object[];
}

export function podOf(name: string, facts: PodFacts = {}): Pod {
  const {
    phase = 'Running',
    index,
    failures,
    ignored,
    ended,
    code = 1,
    deleted,
    tracked = true,
    ready = false,
  } = facts;
  const annotations = {
    ...(index === undefined ? {} : { [COMPLETION_INDEX]: `${index}` }),
    ...(failures === undefined ? {} : { 'batch.kubernetes.io/job-index-failure-count': `${failures}` }),
    ...(ignored === undefined ? {} : { 'batch.kubernetes.io/job-index-ignored-failure-count': `${ignored}` }),
  };
  const state = ended === undefined ? {} : { terminated: { exitCode: code, finishedAt: at(ended) } };
  return {
    metadata: {
      name,
      namespace: 'n',
      uid: name,
      creationTimestamp: at(0),
      annotations,
      ...(tracked ? { finalizers: [TRACKING_FINALIZER] } : {}),
      ...(deleted === undefined ? {} : { deletionTimestamp: at(deleted) }),
    },
    spec: { containers: [{ name: 'c' }] },
    status: {
      phase,
      conditions: [...(ready ? [{ type: 'Ready', status: 'True' }] : []), ...(facts.conditions ?? [])],
      containerStatuses: [{ name: 'c', restartCount: facts.restarts ?? 0, state }],
    },
  } as unknown as Pod;
}
