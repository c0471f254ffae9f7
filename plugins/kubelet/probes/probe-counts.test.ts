import { expect, it } from 'vitest';
import { metricsText } from '../../../src/base/metrics-text.ts';
import { ProbeCounts } from './probe-counts.ts';

it('counts by pod, container, probe and result, until the pod is gone', () => {
  const counts = new ProbeCounts();
  const pod = { metadata: { name: 'p', namespace: 'n', uid: 'u' } } as Parameters<ProbeCounts['count']>[0];
  counts.count(pod, 'c', 'liveness', 'successful');
  counts.count(pod, 'c', 'liveness', 'successful');
  counts.count(pod, 'c', 'readiness', 'failed');
  const of = 'container="c",namespace="n",pod="p",pod_uid="u"';
  expect(metricsText(counts.metrics()).split('\n').slice(2)).toEqual([
    `prober_probe_total{${of},probe_type="Liveness",result="successful"} 2`,
    `prober_probe_total{${of},probe_type="Readiness",result="failed"} 1`,
    '',
  ]);
  counts.forget('u');
  expect(metricsText(counts.metrics())).toBe('');
});
