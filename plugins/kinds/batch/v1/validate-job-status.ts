import { duplicate, invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { timeMs } from '../../../../src/base/timestamp.ts';
import { countIndexes, overlapAt } from './completion-indexes.ts';
import { holds, isJobFinished } from './job-conditions.ts';
import type { JobSpec } from './job-spec.ts';
import type { JobStatus, UncountedTerminatedPods } from './job-status.ts';

interface JobLike {
  readonly spec: JobSpec;
  readonly status: JobStatus;
}
type Rule = (job: JobLike, old: JobLike) => readonly FieldError[];

/** Rules that a status keeps which this server's controller or another one writes, in upstream's order. */
export const validateJobStatusUpdate = (job: JobLike, old: JobLike): readonly FieldError[] =>
  RULES.flatMap(rule => rule(job, old));

const CONDITIONS = 'status.conditions';
const COUNTS = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const;

const countsAreCounts: Rule = ({ status }) =>
  COUNTS.filter(name => (status[name] ?? 0) < 0).map(name =>
    invalid(`status.${name}`, status[name], 'must be greater than or equal to 0'),
  );

const uncountedAreDistinct: Rule = ({ status }) => {
  const seen = new Set<string>();
  return (['succeeded', 'failed'] as const).flatMap(list =>
    (status.uncountedTerminatedPods?.[list] ?? []).flatMap((uid, index) => {
      const field = `status.uncountedTerminatedPods.${list}[${index}]`;
      if (uid === '') return [invalid(field, uid, 'must not be empty')];
      if (seen.has(uid)) return [duplicate(field, uid)];
      seen.add(uid);
      return [];
    }),
  );
};

/** Where it was so before, other writers' work is let pass. */
const isNews = (job: JobLike, old: JobLike, ...types: readonly string[]): boolean =>
  types.some(type => holds(job.status, type) !== holds(old.status, type));
const changes = (job: JobLike, old: JobLike, ...names: readonly (keyof JobStatus)[]): boolean =>
  names.some(name => !isDeepEqual(job.status[name], old.status[name]));
const finishes = (job: JobLike, old: JobLike): boolean => isJobFinished(job) !== isJobFinished(old);

const told = (isWrong: boolean, error: FieldError): readonly FieldError[] => (isWrong ? [error] : []);

const endsOneWay: Rule = (job, old) => {
  const { status } = job;
  const isComplete = holds(status, 'Complete');
  return [
    ...told(
      isNews(job, old, 'Complete', 'Failed') && isComplete && holds(status, 'Failed'),
      invalid(CONDITIONS, undefined, 'cannot set Complete=True and Failed=true conditions'),
    ),
    ...told(
      isNews(job, old, 'Complete', 'FailureTarget') && isComplete && holds(status, 'FailureTarget'),
      invalid(CONDITIONS, undefined, 'cannot set Complete=True and FailureTarget=true conditions'),
    ),
  ];
};

const endsInTime: Rule = (job, old) => {
  const { startTime, completionTime } = job.status;
  const field = 'status.completionTime';
  const isComplete = holds(job.status, 'Complete');
  const isOpen = isNews(job, old, 'Complete') || changes(job, old, 'completionTime');
  const isEarly =
    startTime !== undefined && completionTime !== undefined && (timeMs(completionTime) ?? 0) < (timeMs(startTime) ?? 0);
  return [
    ...told(
      isOpen && completionTime !== undefined && !isComplete,
      invalid(field, completionTime, 'cannot set completionTime when there is no Complete=True condition'),
    ),
    ...told(
      isOpen && completionTime === undefined && isComplete,
      required(field, 'completionTime is required for Complete jobs'),
    ),
    ...told(
      changes(job, old, 'startTime', 'completionTime') && isEarly,
      invalid(field, completionTime, 'must be equal to or after `startTime`'),
    ),
  ];
};

const endsByStages: Rule = (job, old) => [
  ...told(
    (isNews(job, old, 'Failed') || changes(job, old, 'failedIndexes')) &&
      holds(job.status, 'Failed') &&
      !holds(job.status, 'FailureTarget'),
    invalid(CONDITIONS, undefined, 'cannot set Failed=True condition without the FailureTarget=true condition'),
  ),
  ...told(
    isNews(job, old, 'Complete', 'SuccessCriteriaMet') &&
      holds(job.status, 'Complete') &&
      !holds(job.status, 'SuccessCriteriaMet'),
    invalid(CONDITIONS, undefined, 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition'),
  ),
];

const isNoneLeft = ({ succeeded = [], failed = [] }: UncountedTerminatedPods = {}): boolean =>
  succeeded.length + failed.length === 0;

/** In Go's own type, which has no names for JSON. */
const asGoPrints = ({ succeeded = [], failed = [] }: UncountedTerminatedPods = {}): object => ({
  Succeeded: succeeded.length === 0 ? null : succeeded,
  Failed: failed.length === 0 ? null : failed,
});

const endsWithoutRest: Rule = (job, old) => {
  const { active = 0, startTime, uncountedTerminatedPods } = job.status;
  if (!isJobFinished(job)) return [];
  const neverStarted = job.spec.suspend === true && job.spec.completions === 0;
  return [
    ...told(
      (finishes(job, old) || changes(job, old, 'active')) && active > 0,
      invalid('status.active', active, 'active>0 is invalid for finished job'),
    ),
    ...told(
      (finishes(job, old) || changes(job, old, 'startTime')) && startTime === undefined && !neverStarted,
      required('status.startTime', 'startTime is required for finished job'),
    ),
    ...told(
      (finishes(job, old) || changes(job, old, 'uncountedTerminatedPods')) && !isNoneLeft(uncountedTerminatedPods),
      invalid('status.uncountedTerminatedPods', asGoPrints(uncountedTerminatedPods), 'must be empty for finished job'),
    ),
  ];
};

const indexesAreIndexes: Rule = (job, old) => {
  const { completions, backoffLimitPerIndex, completionMode } = job.spec;
  const { completedIndexes = '', failedIndexes } = job.status;
  const newCompleted = changes(job, old, 'completedIndexes');
  const newFailed = changes(job, old, 'failedIndexes');
  const parsed = (name: 'completedIndexes' | 'failedIndexes', text: string): readonly FieldError[] => {
    const counted = completions === undefined ? 0 : countIndexes(text, completions);
    return typeof counted === 'number'
      ? []
      : [invalid(`status.${name}`, text, `error parsing ${name}: ${counted.problem}`)];
  };
  const overlap =
    completions === undefined || failedIndexes === undefined || (!newFailed && !newCompleted)
      ? undefined
      : overlapAt(completedIndexes, failedIndexes, completions);
  return [
    ...(newCompleted ? parsed('completedIndexes', completedIndexes) : []),
    ...(newFailed && backoffLimitPerIndex !== undefined ? parsed('failedIndexes', failedIndexes ?? '') : []),
    ...told(
      newCompleted && completedIndexes !== '' && completionMode !== 'Indexed',
      invalid(
        'status.completedIndexes',
        completedIndexes,
        'cannot set non-empty completedIndexes when non-indexed completion mode',
      ),
    ),
    ...told(
      newFailed && backoffLimitPerIndex === undefined && failedIndexes !== undefined,
      invalid(
        'status.failedIndexes',
        failedIndexes,
        'cannot set non-null failedIndexes when backoffLimitPerIndex is null',
      ),
    ),
    ...told(
      overlap !== undefined,
      invalid('status.failedIndexes', failedIndexes, `failedIndexes and completedIndexes overlap at index: ${overlap}`),
    ),
  ];
};

const countsAgree: Rule = (job, old) => {
  const { terminating = 0, ready, active = 0 } = job.status;
  return [
    ...told(
      (finishes(job, old) || changes(job, old, 'terminating')) && terminating > 0 && isJobFinished(job),
      invalid('status.terminating', terminating, 'terminating>0 is invalid for finished job'),
    ),
    ...told(
      changes(job, old, 'ready', 'active') && ready !== undefined && ready > active,
      invalid('status.ready', ready, 'cannot set more ready pods than active'),
    ),
  ];
};

const successIsSuccess: Rule = ({ spec, status }) => {
  const isMet = holds(status, 'SuccessCriteriaMet');
  const both = (other: string): FieldError =>
    invalid(CONDITIONS, undefined, `cannot set SuccessCriteriaMet=True and ${other}=true conditions`);
  return [
    ...told(isMet && holds(status, 'Failed'), both('Failed')),
    ...told(isMet && holds(status, 'FailureTarget'), both('FailureTarget')),
    ...told(
      spec.successPolicy !== undefined && !isMet && holds(status, 'Complete'),
      invalid(
        CONDITIONS,
        undefined,
        'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True',
      ),
    ),
  ];
};

const endsForGood: Rule = ({ status }, old) =>
  ['Failed', 'Complete', 'FailureTarget']
    .filter(type => holds(old.status, type) && !holds(status, type))
    .map(type => invalid(CONDITIONS, undefined, `cannot disable the terminal ${type}=True condition`));

/** An indexed job whose pods all run at once may have fewer indexes, and then fewer that succeeded. */
const countsGrow: Rule = ({ spec, status }, old) => {
  const mayShrink = spec.completionMode === 'Indexed' && spec.completions === spec.parallelism;
  return (['failed', 'succeeded'] as const)
    .filter(name => (status[name] ?? 0) < (old.status[name] ?? 0) && !(name === 'succeeded' && mayShrink))
    .map(name => invalid(`status.${name}`, status[name] ?? 0, `cannot decrease the ${name} counter`));
};

const timesStand: Rule = ({ spec, status }, old) => {
  const { startTime, completionTime } = status;
  const isSuspended = ({ conditions = [] }: JobStatus, is: string): boolean =>
    conditions.some(condition => condition.type === 'Suspended' && condition.status === is);
  const resumes = isSuspended(old.status, 'True') && isSuspended(status, 'False');
  const isMoved = old.status.startTime !== undefined && old.status.startTime !== startTime;
  return [
    ...told(
      completionTime !== undefined &&
        old.status.completionTime !== undefined &&
        completionTime !== old.status.completionTime,
      invalid('status.completionTime', completionTime, 'field is immutable'),
    ),
    ...told(
      isMoved && !resumes && spec.suspend !== true,
      invalid('status.startTime', startTime ?? null, 'field is immutable for unsuspended job once set'),
    ),
  ];
};

const successStands: Rule = ({ status }, old) => {
  const [was, is] = [holds(old.status, 'SuccessCriteriaMet'), holds(status, 'SuccessCriteriaMet')];
  return [
    ...told(was && !is, invalid(CONDITIONS, undefined, 'cannot disable the SuccessCriteriaMet=True condition')),
    ...told(
      holds(old.status, 'Complete') && !was && is,
      invalid(CONDITIONS, undefined, 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions'),
    ),
  ];
};

const RULES: readonly Rule[] = [
  countsAreCounts,
  uncountedAreDistinct,
  endsOneWay,
  endsInTime,
  endsByStages,
  endsWithoutRest,
  indexesAreIndexes,
  countsAgree,
  successIsSuccess,
  endsForGood,
  countsGrow,
  timesStand,
  successStands,
];
