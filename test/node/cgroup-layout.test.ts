import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROBE_SOURCE } from '../../images/probe.ts';
import { staticProgram } from '../../images/static-program.ts';
import { bootUml, type CgroupLayout, umlMissing } from './uml/boot-uml.ts';

/** `TIPHYS_CGROUPS=v1` takes the older one. */
const LAYOUT: CgroupLayout = process.env['TIPHYS_CGROUPS'] === 'v1' ? 'v1' : 'v2';
const missing = umlMissing();
if (missing.length > 0)
  console.warn(
    `! no ${missing.join(', ')} (apt-get install user-mode-linux kmod busybox): cgroup ${LAYOUT} alone is NOT tested`,
  );

/** What is said of containers on this machine must hold on another kernel (6.1) with one layout of cgroups alone. */
const FILES = [
  'plugins/runtime/run-container.root.test.ts',
  'plugins/runtime/exec.root.test.ts',
  'plugins/runtime/leaks.root.test.ts',
  'plugins/runtime/isolation.root.test.ts',
  'plugins/runtime/escapes.root.test.ts',
  'plugins/runtime/limits.root.test.ts',
  'plugins/runtime/mount-propagation.root.test.ts',
  'test/node/pod-limits.test.ts',
  // At night: it takes as long there as three of the others.
  ...(process.env['TIPHYS_FILES'] === 'all' ? ['plugins/kubelet/pods-together.root.test.ts'] : []),
];
/** Races are run more often on this machine's own kernel, which is ten times as fast. */
const CYCLES = 2;
const DEADLINE_MS = 480_000;
const REPORT = '/tmp/report.json';
/** The file system is read-only, and a worker for each file would take longer to start than its tests to run. */
const VITEST = `vitest --configLoader runner run --project node --no-isolate --reporter=default --reporter=json --outputFile=${REPORT}`;

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

async function runInside(): Promise<Report['testResults']> {
  // Compiled here: a folder that the kernel inside does not cover with one of its own.
  const folder = await mkdtemp('/var/tmp/tiphys-probe-');
  try {
    const probe = join(folder, 'probe');
    await writeFile(probe, await staticProgram(PROBE_SOURCE), { mode: 0o755 });
    const environment = `TIPHYS_PROBE=${probe} TIPHYS_CYCLES=${CYCLES}`;
    const run = `${environment} ${VITEST} ${FILES.join(' ')}; cat ${REPORT}; echo`;
    const output = await bootUml(run, { cgroups: LAYOUT, deadlineMs: DEADLINE_MS });
    const json = /\{"numTotalTestSuites".*/.exec(output)?.[0];
    if (json === undefined) throw new Error(`no report of the tests:\n${output}`);
    const { testResults } = JSON.parse(json) as Report;
    // What failed before any test of a file could run is told by the other reporter alone.
    if (testResults.some(({ status }) => status !== 'passed')) console.error(output.replace(json, ''));
    return testResults;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Run before anything is described, so that each test inside is one of this file's. */
const results = missing.length > 0 ? [] : await runInside();

describe.skipIf(missing.length > 0)(`on a machine with cgroup ${LAYOUT} alone`, () => {
  it('every file of tests was run, and could be', () => {
    expect(results.map(({ name }) => FILES.find(file => name.endsWith(file))).sort()).toEqual(FILES.toSorted());
    expect(results.filter(({ message }) => message !== '').map(({ name, message }) => `${name}: ${message}`)).toEqual(
      [],
    );
    for (const { assertionResults } of results) expect(assertionResults).not.toEqual([]);
  });

  it.each(results.flatMap(({ assertionResults }) => assertionResults))('$fullName', ({ status, failureMessages }) => {
    if (status !== 'passed') throw new Error(`${status}: ${failureMessages.join('\n')}`);
  });
});
