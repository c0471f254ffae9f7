import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { podSpecWarnings } from '../../core/v1/pod-warnings.ts';
import type { JobSpec } from './job-spec.ts';

/** Of a new object whose name its pods take over. */
export function podNameWarnings(name: string): readonly string[] {
  const problems = dnsLabelProblems(name);
  const warning =
    'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended';
  return problems.length === 0 ? [] : [`${warning}: [${problems.join(' ')}]`];
}

/** What is taken of a job, and is hardly meant. */
export function jobSpecWarnings(spec: JobSpec, field: string): readonly string[] {
  const { completionMode, completions = 0, parallelism = 0, template } = spec;
  const isLarge = completionMode === 'Indexed' && completions > 100_000 && parallelism > 10_000;
  const warning =
    'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail';
  return [...(isLarge ? [`${field}: ${warning}`] : []), ...podSpecWarnings(template.spec, `${field}.template.spec`)];
}
