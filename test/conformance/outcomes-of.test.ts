import { expect, it } from 'vitest';
import { outcomesOf } from './outcomes-of.ts';

it('tells tests that passed from those that failed, and leaves out what was skipped or is no test', () => {
  const report = `<testsuites><testsuite>
    <testcase name="[SynchronizedBeforeSuite]" classname="e2e" status="passed" time="1"></testcase>
    <testcase name="[It] [sig-api] is &lt;here&gt; [Conformance]" classname="e2e" status="passed" time="2"></testcase>
    <testcase name="[It] [sig-api] says &#34;no&#34; [Conformance]" classname="e2e" status="failed" time="2"><failure/></testcase>
    <testcase name="[It] [sig-node] never ends [Conformance]" classname="e2e" status="timedout" time="2"></testcase>
    <testcase name="[It] [sig-node] was not asked for" classname="e2e" status="skipped" time="0"><skipped/></testcase>
  </testsuite></testsuites>`;
  expect(outcomesOf(report)).toEqual({
    passed: ['[sig-api] is <here> [Conformance]'],
    failed: ['[sig-api] says "no" [Conformance] (failed)', '[sig-node] never ends [Conformance] (timedout)'],
  });
});

it('tells of a setup that failed', () => {
  expect(
    outcomesOf('<testcase name="[SynchronizedBeforeSuite]" classname="e2e" status="failed" time="1"></testcase>')
      .failed,
  ).toEqual(['[SynchronizedBeforeSuite] (failed)']);
});
