import { ageColumn, nameColumn, text, wide } from '../../../../src/api/columns.ts';
import { formatLabelSelector } from '../../../../src/api/format-labels.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { humanDuration } from '../../../../src/base/human-duration.ts';
import { timeMs } from '../../../../src/base/timestamp.ts';
import { containerColumns } from '../../core/v1/container-columns.ts';
import { holds } from './job-conditions.ts';
import type { JobSpec } from './job-spec.ts';
import type { JobStatus } from './job-status.ts';

interface Parts extends AnyObject {
  readonly spec: JobSpec;
  readonly status: JobStatus;
}

const WORDS = ['Complete', 'Failed', 'Terminating', 'Suspended', 'FailureTarget', 'SuccessCriteriaMet'] as const;

const stateOf = ({ metadata, status }: Parts): string =>
  WORDS.find(word => (word === 'Terminating' ? metadata.deletionTimestamp !== undefined : holds(status, word))) ??
  'Running';

function completionsOf({ spec: { completions, parallelism = 0 }, status: { succeeded = 0 } }: Parts): string {
  if (completions !== undefined) return `${succeeded}/${completions}`;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationOf({ status }: Parts, nowMs: number): string {
  const sinceMs = timeMs(status.startTime);
  return sinceMs === undefined ? '' : humanDuration((timeMs(status.completionTime) ?? nowMs) - sinceMs);
}

export const jobColumns = [
  nameColumn,
  text('Status', 'What has become of it.', stateOf),
  text('Completions', 'How many pods have succeeded, of how many.', completionsOf),
  text('Duration', 'How long it took, or has taken so far.', durationOf),
  ageColumn,
  ...containerColumns(({ spec }: Parts) => spec.template.spec),
  wide('Selector', 'Labels of its pods.', ({ spec }: Parts) => formatLabelSelector(spec.selector)),
];
