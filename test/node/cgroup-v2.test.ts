import { describe, expect, it } from 'vitest';
import { bootUml, umlMissing } from './uml/boot-uml.ts';

const missing = umlMissing();
if (missing.length > 0)
  console.warn(`! no ${missing.join(', ')} (apt-get install user-mode-linux kmod busybox): cgroup v2 is NOT tested`);

/** What is said of containers on this machine must hold on another kernel (6.1) with cgroup v2 alone. */
const FILES = [
  'plugins/runtime/run-container.root.test.ts',
  'plugins/runtime/exec.root.test.ts',
  'plugins/runtime/leaks.root.test.ts',
  'test/node/pod-limits.test.ts',
];
const DEADLINE_MS = 100_000;
const REPORT = '/tmp/report.json';
/** The file system is read-only, and a worker for each file would take longer to start than its tests to run. */
const VITEST = `vitest --configLoader runner run --project node --no-isolate --reporter=json --outputFile=${REPORT}`;

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

describe.skipIf(missing.length > 0)('on a machine with cgroup v2 alone', () => {
  it('pods, containers and the whole server keep their promises', { timeout: DEADLINE_MS + 5000 }, async () => {
    const run = `${VITEST} ${FILES.join(' ')}; cat ${REPORT}; echo`;
    const output = await bootUml(run, { deadlineMs: DEADLINE_MS });
    const json = /\{"numTotalTestSuites".*/.exec(output)?.[0];
    if (json === undefined) throw new Error(`no report of the tests:\n${output}`);
    const results = (JSON.parse(json) as Report).testResults;
    const failures = results.flatMap(({ name, message, assertionResults }) => [
      ...(message === '' ? [] : [`${name}: ${message}`]),
      ...assertionResults
        .filter(({ status }) => status !== 'passed')
        .map(({ fullName, status, failureMessages }) => `${fullName}: ${status} ${failureMessages.join('\n')}`),
    ]);
    expect(failures).toEqual([]);
    expect(results).toHaveLength(FILES.length);
  });
});
