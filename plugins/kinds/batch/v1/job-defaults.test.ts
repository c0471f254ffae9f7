import { describe, expect, it } from 'vitest';
import { settled } from '../../testing/settled.ts';
import { Job } from './job.ts';

describe('Job', () => {
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'i' }] } };
  const job = (spec: object) => settled(Job, { metadata: {}, spec: { template, ...spec } });

  it('gets what upstream gives the least job', () => {
    const { metadata, spec } = job({});
    expect(metadata.labels).toEqual({ a: 'b' });
    expect(spec).toMatchObject({
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      suspend: false,
      manualSelector: false,
      podReplacementPolicy: 'TerminatingOrFailed',
    });
  });

  it.each([
    [{ parallelism: 2 }, { completions: undefined }],
    [{ completions: 2 }, { parallelism: 1 }],
    [{ backoffLimitPerIndex: 1 }, { backoffLimit: 2 ** 31 - 1 }],
    [{ podFailurePolicy: { rules: [] } }, { podReplacementPolicy: 'Failed' }],
    [
      { podFailurePolicy: { rules: [{ action: 'Count', onPodConditions: [{ type: 'A' }] }] } },
      { podFailurePolicy: { rules: [{ action: 'Count', onPodConditions: [{ type: 'A', status: 'True' }] }] } },
    ],
  ])('of %j follows %j', (spec, expected) => {
    const whole = job(spec).spec;
    expect({ ...whole, completions: whole.completions }).toMatchObject(expected);
  });
});
