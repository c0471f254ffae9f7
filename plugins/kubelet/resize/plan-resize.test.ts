import { describe, expect, it } from 'vitest';
import { must } from '../../../src/base/must.ts';
import { podResources } from '../container/cgroup-numbers.ts';
import { podOf } from '../testing/pod-fixtures.ts';
import { withAllocation, type Requirements } from './allocation.ts';
import { planResize } from './plan-resize.ts';

const both = (cpu: string, memory: string): Requirements => ({ requests: { cpu, memory }, limits: { cpu, memory } });

/** Each container by what is set on it, what it was granted, and its policy; all run. */
function planned(containers: Record<string, readonly [Requirements, Requirements, string?]>) {
  const pod = podOf({
    containers: Object.entries(containers).map(([name, [, resources, restartPolicy]]) => ({
      name,
      image: 'i',
      resources,
      ...(restartPolicy === undefined ? {} : { resizePolicy: [{ resourceName: 'memory', restartPolicy }] }),
    })),
  });
  const actual = new Map(Object.entries(containers).map(([name, [set]]) => [name, set]));
  const before = withAllocation(pod, { pod: undefined, containers: actual });
  const { steps, restarts } = planResize({
    running: pod.spec.containers.map(container => ({
      id: container.name,
      container,
      actual: must(actual.get(container.name), 'each is set'),
    })),
    podIs: podResources(before.spec, null),
    podShall: podResources(pod.spec, null),
  });
  const shown = steps.map(({ id, resources: { memoryBytes, cpuQuotaUs, cpuShares } }) => {
    const amount = memoryBytes === null ? `${cpuQuotaUs ?? '-'}/${cpuShares}` : `${memoryBytes / (1 << 20)}Mi`;
    return `${id === '' ? 'pod' : id} ${amount}`;
  });
  return { steps: shown, restarts: [...restarts] };
}

describe('what a resize takes', () => {
  it.each([
    ['nothing where all is as granted', { a: [both('100m', '64Mi'), both('0.1', '65536Ki')] }, []],
    [
      'the whole before its parts, where it grows',
      { a: [both('1', '64Mi'), both('1', '128Mi')] },
      ['pod 128Mi', 'a 128Mi'],
    ],
    [
      'the parts before the whole, where it shrinks',
      { a: [both('2', '64Mi'), both('1', '64Mi')] },
      ['a 100000/1024', 'pod 100000/1024'],
    ],
    [
      'what shrinks before what grows by as much',
      { a: [both('1', '64Mi'), both('1', '128Mi')], b: [both('1', '128Mi'), both('1', '64Mi')] },
      ['b 64Mi', 'a 128Mi'],
    ],
    ['shares alone', { a: [{ requests: { cpu: '1' } }, { requests: { cpu: '2' } }] }, ['a -/2048', 'pod -/2048']],
    ['no write for a request of memory', { a: [{ requests: { memory: '1Mi' } }, { requests: { memory: '2Mi' } }] }, []],
  ] as const)('is %s', (_, containers, steps) => {
    expect(planned(containers)).toEqual({ steps, restarts: [] });
  });

  it('is a new start where the policy of what changes says so, and the whole shrinks only after it', () => {
    const shrunk = planned({ a: [both('1', '128Mi'), both('1', '64Mi'), 'RestartContainer'] });
    expect(shrunk).toEqual({ steps: [], restarts: ['a'] });
    const grown = planned({ a: [both('1', '64Mi'), both('1', '128Mi'), 'RestartContainer'] });
    expect(grown).toEqual({ steps: ['pod 128Mi'], restarts: ['a'] });
    const other = planned({ a: [both('1', '64Mi'), both('2', '64Mi'), 'RestartContainer'] });
    expect(other).toEqual({ steps: ['pod 200000/2048', 'a 200000/2048'], restarts: [] });
  });
});
