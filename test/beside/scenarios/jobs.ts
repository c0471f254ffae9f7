import type { Scenario, Step } from '../step.ts';

const JOBS = '/apis/batch/v1/namespaces/NS/jobs';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const podSpec = { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] };
const template = { spec: podSpec };
const job = (spec: object = {}, metadata: object = { name: 'x' }): object => ({
  metadata,
  spec: { template, ...spec },
});
const post = (body: object): Step => ({ method: 'POST', path: JOBS, body });
const dry = (spec: object, metadata?: object): Step => ({ ...post(job(spec, metadata)), path: `${JOBS}?dryRun=All` });
const change = (name: string, body: object): Step => ({ method: 'PATCH', path: `${JOBS}/${name}`, body });
const status = (name: string, body: object): Step => change(`${name}/status`, { status: body });
const indexed = (spec: object): Step => dry({ completionMode: 'Indexed', completions: 3, ...spec });
const policy = (...rules: readonly object[]): Step => dry({ podFailurePolicy: { rules } });
const holding = (...types: readonly string[]) => ({ conditions: types.map(type => ({ type, status: 'True' })) });
const time = (second: number): string => `2026-01-01T00:00:0${second}Z`;

const refused: Scenario = {
  'negative counts': dry({
    parallelism: -1,
    completions: -1,
    activeDeadlineSeconds: -1,
    backoffLimit: -1,
    ttlSecondsAfterFinished: -1,
  }),
  'negative index counts': indexed({ backoffLimitPerIndex: -1, maxFailedIndexes: -1 }),
  empty: post({ metadata: { name: 'x' } }),
  'no restart policy': dry({ template: { spec: { containers: podSpec.containers } } }),
  'odd restart policy': dry({ template: { spec: { ...podSpec, restartPolicy: 'Odd' } } }),
  'odd words': dry({ completionMode: 'Odd', podReplacementPolicy: 'Never' }),
  'by index without indexes': dry({
    backoffLimitPerIndex: 1,
    maxFailedIndexes: 1,
    successPolicy: { rules: [{ succeededCount: 1 }] },
  }),
  'indexes without end': indexed({ completions: null, parallelism: 100_001, maxFailedIndexes: 100_001 }),
  'many indexes': indexed({ completions: 100_001, parallelism: 10_001, backoffLimitPerIndex: 1 }),
  'many failed indexes': indexed({ maxFailedIndexes: 4, backoffLimitPerIndex: 1 }),
  'bad success rules': indexed({
    successPolicy: {
      rules: [
        {},
        { succeededIndexes: '2,1' },
        { succeededIndexes: '0-1', succeededCount: 3 },
        { succeededIndexes: '0-a' },
        { succeededIndexes: '0-1-2' },
        { succeededIndexes: '3' },
        { succeededCount: -1 },
        { succeededCount: 4 },
      ],
    },
  }),
  'no success rules': indexed({ successPolicy: { rules: [] } }),
  'success of nothing': indexed({ successPolicy: {} }),
  'bad exit codes': policy({
    action: 'Ignore',
    onExitCodes: { operator: 'In', values: [2, 0, 2], containerName: 'x' },
  }),
  'no exit codes': policy({ action: 'Odd', onExitCodes: { operator: 'Odd', values: [] } }),
  'rule of nothing': policy({}),
  'rule of both': policy({
    action: 'Count',
    onExitCodes: { operator: 'In', values: [1] },
    onPodConditions: [{ type: 'A' }],
  }),
  'index without limit': policy({ action: 'FailIndex', onPodConditions: [{ type: 'a b', status: 'Yes' }] }),
  'policy and restarts': dry({
    podFailurePolicy: { rules: [{ action: 'Count', onPodConditions: [{ type: 'A' }] }] },
    template: { spec: { ...podSpec, restartPolicy: 'OnFailure' } },
  }),
  'policy and replacement': dry({
    podFailurePolicy: { rules: [{ action: 'Count', onPodConditions: [{ type: 'A' }] }] },
    podReplacementPolicy: 'TerminatingOrFailed',
  }),
  'bad manager': dry({ managedBy: 'Acme.io/x y' }),
  'bare manager': dry({ managedBy: 'x' }),
  'empty manager': dry({ managedBy: '' }),
  'long manager': dry({ managedBy: `a.b/${'x'.repeat(64)}` }),
  'labels of another': dry({ template: { metadata: { labels: { 'job-name': 'y' } }, spec: podSpec } }),
  'labels of others': dry({
    template: { metadata: { labels: { 'controller-uid': 'y', 'batch.kubernetes.io/job-name': 'z' } }, spec: podSpec },
  }),
  'selector of another': dry({ selector: { matchLabels: { a: 'b' } } }),
  'bad selector': dry({ selector: { matchExpressions: [{ key: 'a', operator: 'Near' }] } }),
  'no manual selector': dry({ manualSelector: true }),
  'long name': indexedNamed(),
  'dotted name': dry({}, { name: 'a.b' }),
  'bad pod': dry({ template: { spec: { restartPolicy: 'Never', containers: [] } }, backoffLimit: -1, managedBy: 'x' }),
};

function indexedNamed(): Step {
  return dry({ completionMode: 'Indexed', completions: 11 }, { name: 'a'.repeat(61) });
}

const changed: Scenario = {
  made: post(job({}, { name: 'j', labels: {} })),
  'made indexed': post(
    job({ completionMode: 'Indexed', completions: 3, parallelism: 2, backoffLimitPerIndex: 1 }, { name: 'i' }),
  ),
  'made suspended': post(
    job({ suspend: true, template: { metadata: { labels: { a: 'b' } }, spec: podSpec } }, { name: 's' }),
  ),
  'made by policy': post(
    job({ podFailurePolicy: { rules: [{ action: 'Count', onPodConditions: [{ type: 'A' }] }] } }, { name: 'p' }),
  ),
  'made by hand': post(
    job(
      {
        manualSelector: true,
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: podSpec },
      },
      { name: 'm' },
    ),
  ),
  'more at once': change('j', { spec: { parallelism: 5, activeDeadlineSeconds: 9 } }),
  'more in all': change('j', { spec: { completions: 2 } }),
  'indexes in tandem': change('i', { spec: { completions: 2, parallelism: 2 } }),
  'indexes alone': change('i', { spec: { completions: 4 } }),
  'other manager': change('j', { spec: { managedBy: 'a.b/c' } }),
  'other limit': change('i', { spec: { backoffLimitPerIndex: 2 } }),
  'suspended goes elsewhere': change('s', { spec: { template: { spec: { nodeSelector: { disk: 'ssd' } } } } }),
  'no status of its own': status('j', {}),
  'negative status': status('j', { active: -1 }),
  'uncounted twice': status('j', { uncountedTerminatedPods: { succeeded: ['a', 'a'], failed: ['a', ''] } }),
  'both ends': status('j', {
    ...holding('Complete', 'Failed', 'FailureTarget'),
    active: 1,
    terminating: 1,
    completionTime: time(1),
  }),
  'end without stages': status('j', {
    ...holding('Failed'),
    startTime: time(0),
    uncountedTerminatedPods: { failed: ['a'] },
  }),
  'no time of its end': status('j', { ...holding('SuccessCriteriaMet', 'Complete'), startTime: time(0) }),
  'end before begin': status('j', { startTime: time(2), completionTime: time(1), ready: 2, active: 1 }),
  'indexes of none': status('j', { completedIndexes: '0', failedIndexes: '' }),
  'indexes overlap': status('i', { completedIndexes: '0-1', failedIndexes: '1,5' }),
  'both goals': status('j', holding('SuccessCriteriaMet', 'FailureTarget')),
  runs: status('j', { active: 1, ready: 1, startTime: time(0), failed: 2, succeeded: 1 }),
  'counts less': status('j', { failed: 1, succeeded: null, startTime: time(1) }),
  ends: status('j', { ...holding('SuccessCriteriaMet', 'Complete'), active: null, ready: 0, completionTime: time(4) }),
  'ends again': status('j', { ...holding(), completionTime: time(5) }),
  table: { method: 'GET', path: JOBS, accept: TABLE },
  successful: { method: 'GET', path: `${JOBS}?fieldSelector=status.successful%3D1` },
  'deleted alone': { method: 'DELETE', path: `${JOBS}/j` },
  'deleted in the background': { method: 'DELETE', path: `${JOBS}/i?propagationPolicy=Background` },
  'deleted in the foreground': { method: 'DELETE', path: `${JOBS}/s?propagationPolicy=Foreground` },
};

const CRON_JOBS = '/apis/batch/v1/namespaces/NS/cronjobs';
const cronJob = (spec: object = {}, of: object = {}, metadata: object = { name: 'x' }): object => ({
  metadata,
  spec: { schedule: '* * * * *', jobTemplate: { spec: { template, ...of } }, ...spec },
});
const dryCron = (spec: object, of?: object, metadata?: object): Step => ({
  method: 'POST',
  path: `${CRON_JOBS}?dryRun=All`,
  body: cronJob(spec, of, metadata),
});
const schedules = [
  '',
  'x',
  '60 * * * *',
  '5-1 * * * *',
  '* * 0 * *',
  '* * * * 7',
  '*/0 * * * *',
  '1-2-3 * * * *',
  '*/2/3 * * * *',
  '*/-1 * * * *',
  '@never',
  '@every x',
  'TZ=UTC * * * * *',
  'CRON_TZ=X * * * * *',
  'TZ=0',
  '59 23 31 2 *',
];
const zones = [
  '',
  'UTC',
  'Europe/Berlin',
  'europe/berlin',
  'No/Where',
  '../x',
  'Local',
  'local',
  '+01',
  'Etc/GMT+5',
  'EST',
];

const cronJobs: Scenario = {
  ...Object.fromEntries(schedules.map(schedule => [`schedule ${schedule}`, dryCron({ schedule })])),
  ...Object.fromEntries(zones.map(timeZone => [`zone ${timeZone}`, dryCron({ timeZone })])),
  'cron of nothing': { method: 'POST', path: CRON_JOBS, body: { metadata: { name: 'x' } } },
  'cron of nonsense': dryCron(
    {
      startingDeadlineSeconds: -1,
      concurrencyPolicy: 'Odd',
      successfulJobsHistoryLimit: -1,
      failedJobsHistoryLimit: -1,
    },
    { completions: -1, selector: {}, manualSelector: true, backoffLimitPerIndex: 1 },
  ),
  'cron of a long name': dryCron({}, {}, { name: 'a'.repeat(53) }),
  'cron of a dotted name': dryCron({}, {}, { name: 'a.b' }),
  'cron of a pod that restarts': dryCron({}, { template: { spec: { containers: podSpec.containers } } }),
  cron: { method: 'POST', path: CRON_JOBS, body: cronJob({ timeZone: 'UTC' }, {}, { name: 'c' }) },
  'cron changed': { method: 'PATCH', path: `${CRON_JOBS}/c`, body: { spec: { suspend: true, schedule: '@hourly' } } },
  'cron zoned': { method: 'PATCH', path: `${CRON_JOBS}/c`, body: { spec: { schedule: 'TZ=UTC 0 * * * *' } } },
  'cron status': {
    method: 'PATCH',
    path: `${CRON_JOBS}/c/status`,
    body: { status: { active: [{ name: 'j' }], lastScheduleTime: time(1) } },
  },
  'cron table': { method: 'GET', path: CRON_JOBS, accept: TABLE },
  'cron by what is no field': { method: 'GET', path: `${CRON_JOBS}?fieldSelector=spec.suspend%3Dtrue` },
  'cron deleted': { method: 'DELETE', path: `${CRON_JOBS}/c` },
};

/** Jobs and cron jobs: what is refused of new ones, and of their changes and statuses. */
export const jobs: Scenario = { ...refused, ...changed, ...cronJobs };
