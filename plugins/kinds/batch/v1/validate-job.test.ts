import { describe, expect, it } from 'vitest';
import { fieldErrorBody, type FieldError } from '../../../../src/api/field-error.ts';
import { validateChange, validateNew } from '../../../../src/api/validate-object.ts';
import { stored } from '../../testing/complaints.ts';
import { withSelector } from './generated-selector.ts';
import { Job } from './job.ts';

const podSpec = { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] };
const template = { spec: podSpec };
const job = (spec: object = {}, more: object = {}) => ({ spec: { template, ...spec }, ...more });
const indexed = (spec: object = {}) => job({ completionMode: 'Indexed', completions: 3, ...spec });
const NOT_NEGATIVE = 'Invalid value: -1: must be greater than or equal to 0';
const rules = (...list: readonly object[]) => ({ podFailurePolicy: { rules: list } });
const RULE = 'spec.podFailurePolicy.rules[0]';

/** A job as the server holds it. */
const held = (parts: object): Job => {
  const { metadata } = parts as { readonly metadata?: object };
  return withSelector(stored(Job, { ...parts, metadata: { uid: 'u', ...metadata } }) as Job);
};
const told = (errors: readonly FieldError[]) => errors.map(error => `${error.field}: ${fieldErrorBody(error)}`);

describe('a new job', () => {
  it.each<[object, readonly string[]]>([
    [job(), []],
    [
      job({
        parallelism: -1,
        completions: -1,
        activeDeadlineSeconds: -1,
        backoffLimit: -1,
        ttlSecondsAfterFinished: -1,
      }),
      [
        `spec.parallelism: ${NOT_NEGATIVE}`,
        `spec.completions: ${NOT_NEGATIVE}`,
        `spec.activeDeadlineSeconds: ${NOT_NEGATIVE}`,
        `spec.backoffLimit: ${NOT_NEGATIVE}`,
        `spec.ttlSecondsAfterFinished: ${NOT_NEGATIVE}`,
      ],
    ],
    [
      job({ template: { spec: { ...podSpec, restartPolicy: 'Always' } } }),
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
    [
      job({ completionMode: 'Odd', podReplacementPolicy: 'Never' }),
      [
        'spec.completionMode: Unsupported value: "Odd": supported values: "NonIndexed", "Indexed"',
        'spec.podReplacementPolicy: Unsupported value: "Never": supported values: "Failed", "TerminatingOrFailed"',
      ],
    ],
    [
      job({ backoffLimitPerIndex: 1, maxFailedIndexes: 1, successPolicy: { rules: [{ succeededCount: 1 }] } }),
      [
        'spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode',
        'spec.maxFailedIndexes: Invalid value: 1: requires indexed completion mode',
        'spec.successPolicy: Invalid value: {"Rules":[{"SucceededIndexes":null,"SucceededCount":1}]}: requires indexed completion mode',
      ],
    ],
    [
      indexed({ completions: undefined, parallelism: 100_001, maxFailedIndexes: 100_001 }),
      [
        'spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified',
        'spec.completions: Required value: when completion mode is Indexed',
        'spec.parallelism: Invalid value: 100001: must be less than or equal to 100000 when completion mode is Indexed',
        'spec.maxFailedIndexes: Invalid value: 100001: must be less than or equal to 100000',
      ],
    ],
    [
      indexed({ completions: 100_001, parallelism: 10_001, backoffLimitPerIndex: 1 }),
      [
        'spec.maxFailedIndexes: Required value: must be specified when completions is above 100000',
        'spec.parallelism: Invalid value: 10001: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index',
      ],
    ],
    [
      indexed({ maxFailedIndexes: 4, backoffLimitPerIndex: 1 }),
      ['spec.maxFailedIndexes: Invalid value: 4: must be less than or equal to completions'],
    ],
    [
      indexed({
        successPolicy: {
          rules: [
            {},
            { succeededIndexes: '2,1' },
            { succeededIndexes: '0-1', succeededCount: 3 },
            { succeededIndexes: 'a' },
          ],
        },
      }),
      [
        'spec.successPolicy.rules[0]: Required value: at least one of succeededCount or succeededIndexes must be specified',
        'spec.successPolicy.rules[1].succeededIndexes: Invalid value: "2,1": error parsing succeededIndexes: non-increasing order, previous: 2, current: 1',
        'spec.successPolicy.rules[2].succeededCount: Invalid value: 3: must be less than or equal to 2 (the number of indexes in the specified succeededIndexes field)',
        'spec.successPolicy.rules[3].succeededIndexes: Invalid value: "a": error parsing succeededIndexes: cannot convert string to integer for index: "a"',
      ],
    ],
    [
      indexed({ successPolicy: { rules: [] } }),
      [
        'spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is specified',
      ],
    ],
    [
      job(rules({ action: 'Ignore', onExitCodes: { operator: 'In', values: [2, 0, 2], containerName: 'x' } })),
      [
        `${RULE}.onExitCodes.containerName: Invalid value: "x": must be one of the container or initContainer names in the pod template`,
        `${RULE}.onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator`,
        `${RULE}.onExitCodes.values[2]: Duplicate value: 2`,
        `${RULE}.onExitCodes.values: Invalid value: [2,0,2]: must be ordered`,
      ],
    ],
    [
      job({ ...rules({}), podReplacementPolicy: 'TerminatingOrFailed' }),
      [
        `${RULE}.action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]`,
        `${RULE}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required`,
        'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"',
      ],
    ],
    [
      job(rules({ action: 'FailIndex', onPodConditions: [{ type: 'a b', status: 'Yes' }] })),
      [
        `${RULE}.action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set`,
        expect.stringContaining(`${RULE}.onPodConditions[0].type: Invalid value: "a b": name part must consist of`),
        `${RULE}.onPodConditions[0].status: Unsupported value: "Yes": supported values: "False", "True", "Unknown"`,
      ],
    ],
    [
      job({
        ...rules({ action: 'Count', onPodConditions: [{ type: 'A' }] }),
        template: { spec: { ...podSpec, restartPolicy: 'OnFailure' } },
      }),
      [
        'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
      ],
    ],
    [
      job({ managedBy: 'Acme.io/x y' }),
      [
        expect.stringContaining(
          'spec.managedBy: Invalid value: "Acme.io": a lowercase RFC 1123 subdomain must consist of',
        ),
        expect.stringContaining('spec.managedBy: Invalid value: "x y": Invalid path (regex used for validation is'),
      ],
    ],
    [
      job({ managedBy: 'x' }),
      ['spec.managedBy: Invalid value: "x": must be a domain-prefixed path (such as "acme.io/foo")'],
    ],
    [
      job({ template: { metadata: { labels: { 'job-name': 'y' } }, spec: podSpec } }),
      [
        `spec.template.metadata.labels[job-name]: Invalid value: ${JSON.stringify({
          'batch.kubernetes.io/controller-uid': 'u',
          'batch.kubernetes.io/job-name': 'x',
          'controller-uid': 'u',
          'job-name': 'y',
        })}: must be 'x'`,
      ],
    ],
    [job({ manualSelector: true }), ['spec.selector: Required value', expect.stringContaining('does not match')]],
    [
      { ...indexed({ completions: 11 }), metadata: { name: 'a'.repeat(61) } },
      [
        `metadata.name: Invalid value: "${'a'.repeat(61)}": will not able to create pod with invalid DNS label: ${'a'.repeat(61)}-10`,
      ],
    ],
  ])('%#', (parts, errors) => {
    expect(told(validateNew(Job, held(parts)))).toEqual(errors);
  });
});

describe('a changed job', () => {
  const suspended = (spec: object, status: object = {}) => job({ suspend: true, ...spec }, { status });
  const to = (spec: object) => ({ template: { spec: { ...podSpec, ...spec } } });
  const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{}] } } };
  it.each<[object, object, readonly unknown[]]>([
    [job({ parallelism: 5, completions: 1, activeDeadlineSeconds: 9 }), job(), []],
    [job({ completions: 2 }), job(), ['spec.completions: Invalid value: 2: field is immutable']],
    [indexed({ completions: 2, parallelism: 2 }), indexed(), []],
    [
      indexed({ completions: 2 }),
      indexed(),
      ['spec.completions: Invalid value: 2: can only be modified in tandem with spec.parallelism'],
    ],
    [
      job({ ...to({ nodeSelector: { a: 'b' } }), managedBy: 'a.b/c' }),
      job(),
      [
        expect.stringMatching(/^spec.template: Invalid value: .* field is immutable$/),
        'spec.managedBy: Invalid value: "a.b/c": field is immutable',
      ],
    ],
    [suspended(to({ nodeSelector: { a: 'b' }, tolerations: [{ operator: 'Exists' }], affinity })), suspended({}), []],
    [suspended({}), suspended(to({ affinity })), []],
    [
      suspended(to({ containers: [{ ...podSpec.containers[0], resources: { limits: { cpu: '1' } } }] })),
      suspended({}),
      [],
    ],
    [
      suspended(to({ containers: [{ name: 'c', image: 'other' }] })),
      suspended({}),
      [expect.stringMatching(/^spec.template.spec: Invalid value: .* field is immutable$/)],
    ],
    [
      suspended(to({ nodeSelector: { a: 'b' } })),
      suspended({}, { startTime: '2026-01-01T00:00:00Z', active: 1 }),
      [expect.stringMatching(/^spec.template: Invalid value: .* field is immutable$/)],
    ],
    [
      suspended(to({ nodeSelector: { a: 'b' } })),
      suspended({}, { startTime: '2026-01-01T00:00:00Z', conditions: [{ type: 'Suspended', status: 'True' }] }),
      [],
    ],
  ])('%#', (parts, old, errors) => {
    expect(told(validateChange(Job, held(parts), held(old)))).toEqual(errors);
  });
});

describe('a changed status', () => {
  const holding = (...types: readonly string[]) => ({ conditions: types.map(type => ({ type, status: 'True' })) });
  const time = (second: number) => `2026-01-01T00:00:0${second}Z`;
  const complete = { ...holding('SuccessCriteriaMet', 'Complete'), startTime: time(0), completionTime: time(1) };
  const CONDITIONS = 'status.conditions: Invalid value:';
  it.each<[object, object, object, readonly string[]]>([
    [{}, complete, holding('SuccessCriteriaMet'), []],
    [{}, { active: -1 }, {}, ['status.active: Invalid value: -1: must be greater than or equal to 0']],
    [
      {},
      { uncountedTerminatedPods: { succeeded: ['a', 'a'], failed: ['a', ''] } },
      {},
      [
        'status.uncountedTerminatedPods.succeeded[1]: Duplicate value: "a"',
        'status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"',
        'status.uncountedTerminatedPods.failed[1]: Invalid value: "": must not be empty',
      ],
    ],
    [
      {},
      { ...holding('Complete', 'Failed', 'FailureTarget'), active: 1, terminating: 1, completionTime: time(1) },
      {},
      [
        `${CONDITIONS} cannot set Complete=True and Failed=true conditions`,
        `${CONDITIONS} cannot set Complete=True and FailureTarget=true conditions`,
        `${CONDITIONS} cannot set Complete=True condition without the SuccessCriteriaMet=true condition`,
        'status.active: Invalid value: 1: active>0 is invalid for finished job',
        'status.startTime: Required value: startTime is required for finished job',
        'status.terminating: Invalid value: 1: terminating>0 is invalid for finished job',
      ],
    ],
    [
      {},
      { ...holding('Failed'), startTime: time(0), uncountedTerminatedPods: { failed: ['a'] } },
      {},
      [
        `${CONDITIONS} cannot set Failed=True condition without the FailureTarget=true condition`,
        'status.uncountedTerminatedPods: Invalid value: {"Succeeded":null,"Failed":["a"]}: must be empty for finished job',
      ],
    ],
    [
      {},
      { ...complete, completionTime: undefined },
      holding('SuccessCriteriaMet'),
      ['status.completionTime: Required value: completionTime is required for Complete jobs'],
    ],
    [
      {},
      { startTime: time(2), completionTime: time(1), ready: 2, active: 1 },
      {},
      [
        `status.completionTime: Invalid value: "${time(1)}": cannot set completionTime when there is no Complete=True condition`,
        `status.completionTime: Invalid value: "${time(1)}": must be equal to or after \`startTime\``,
        'status.ready: Invalid value: 2: cannot set more ready pods than active',
      ],
    ],
    [
      {},
      { completedIndexes: '0', failedIndexes: '' },
      {},
      [
        'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
        'status.failedIndexes: Invalid value: "": cannot set non-null failedIndexes when backoffLimitPerIndex is null',
      ],
    ],
    [
      { completionMode: 'Indexed', completions: 3, backoffLimitPerIndex: 1 },
      { completedIndexes: '0-1', failedIndexes: '1,5' },
      {},
      [
        'status.failedIndexes: Invalid value: "1,5": error parsing failedIndexes: too large index: "5"',
        'status.failedIndexes: Invalid value: "1,5": failedIndexes and completedIndexes overlap at index: 1',
      ],
    ],
    [
      {},
      { succeeded: 1 },
      { ...complete, succeeded: 2, failed: 1 },
      [
        `${CONDITIONS} cannot disable the terminal Complete=True condition`,
        'status.failed: Invalid value: 0: cannot decrease the failed counter',
        'status.succeeded: Invalid value: 1: cannot decrease the succeeded counter',
        'status.startTime: Invalid value: null: field is immutable for unsuspended job once set',
        `${CONDITIONS} cannot disable the SuccessCriteriaMet=True condition`,
      ],
    ],
    [{ completionMode: 'Indexed', completions: 1, parallelism: 1 }, { succeeded: 1 }, { succeeded: 2 }, []],
    [
      {},
      { ...complete, completionTime: time(2) },
      complete,
      [`status.completionTime: Invalid value: "${time(2)}": field is immutable`],
    ],
    [
      {},
      holding('SuccessCriteriaMet', 'FailureTarget'),
      {},
      [`${CONDITIONS} cannot set SuccessCriteriaMet=True and FailureTarget=true conditions`],
    ],
    [
      {},
      { startTime: time(3), conditions: [{ type: 'Suspended', status: 'False' }] },
      { startTime: time(1), ...holding('Suspended') },
      [],
    ],
  ])('%#', (spec, status, old, errors) => {
    const [next, before] = [held(job(spec, { status })), held(job(spec, { status: old }))];
    expect(told(Job.validateStatusUpdate?.(next, before) ?? [])).toEqual(errors);
  });
});
