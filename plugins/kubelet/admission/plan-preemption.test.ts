import { expect, it } from 'vitest';
import { podOf } from '../testing/pod-fixtures.ts';
import { planPreemption } from './plan-preemption.ts';
import { takenBy } from './taken.ts';

interface Case {
  readonly cpu?: string;
  readonly memory?: string;
  readonly limited?: true;
  readonly priority?: number;
  readonly mirror?: true;
}
const CRITICAL = 2_000_000_000;

function candidate(name: string, { cpu, memory, limited, priority, mirror }: Case) {
  const requests = { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
  const resources = limited === undefined ? { requests } : { requests, limits: requests };
  const pod = podOf({
    containers: [{ name: 'app', image: 'i', resources }],
    ...(priority === undefined ? {} : { priority }),
  });
  const annotations = mirror === undefined ? {} : { 'kubernetes.io/config.mirror': 'x' };
  return { pod: { ...pod, metadata: { ...pod.metadata, name, annotations } }, amounts: takenBy(pod).amounts };
}

/** What is said where `missing` is missing of each resource. */
function planned(pods: Readonly<Record<string, Case>>, missing: Readonly<Record<string, number>>, own: Case = {}) {
  const { pod } = candidate('critical', { priority: CRITICAL, ...own });
  const shortages = Object.entries(missing).map(([resource, amount]) => ({
    resource,
    requested: amount,
    used: 0,
    capacity: 0,
  }));
  const plan = planPreemption(
    pod,
    Object.entries(pods).map(([name, each]) => candidate(name, each)),
    shortages,
  );
  return 'missing' in plan ? plan.missing : plan.victims.map(victim => victim.pod.metadata.name);
}

it.each<[string, Readonly<Record<string, Case>>, Readonly<Record<string, number>>, readonly string[]]>([
  [
    'of the lower class, however many that takes',
    { best: { cpu: '1', memory: '1', limited: true }, a: { cpu: '400m' }, b: { cpu: '300m' }, c: { cpu: '300m' } },
    { cpu: 900 },
    ['a', 'b', 'c'],
  ],
  [
    'that comes closest',
    { small: { cpu: '100m' }, large: { cpu: '1' }, enough: { cpu: '500m' } },
    { cpu: 400 },
    ['enough'],
  ],
  ['that requests less, of those that are enough', { large: { cpu: '2' }, less: { cpu: '1' } }, { cpu: 500 }, ['less']],
  [
    'that gives most of all that is missing',
    { cpu: { cpu: '1' }, memory: { memory: '100' }, both: { cpu: '900m', memory: '90' } },
    { cpu: 900, memory: 90 },
    ['both'],
  ],
  ['that requests nothing, for its place alone', { none: {}, some: { cpu: '1' } }, { pods: 1 }, ['none']],
  [
    'of the best class, where all others are not enough, and of those only who is needed beside it',
    { best: { cpu: '1', memory: '1', limited: true }, some: { cpu: '100m' }, more: { cpu: '400m' } },
    { cpu: 1200 },
    ['more', 'best'],
  ],
])('the one goes %s', (_, pods, missing, victims) => {
  expect(planned(pods, missing)).toEqual(victims);
});

it('those that are as critical stay, unless they matter less', () => {
  const pods = {
    critical: { cpu: '1', priority: CRITICAL + 5 },
    mirror: { cpu: '1', mirror: true },
    plain: { cpu: '1' },
  } as const;
  expect(planned(pods, { cpu: 1000 })).toEqual(['plain']);
  expect(planned(pods, { cpu: 1500 })).toEqual([{ resource: 'cpu', amount: 500 }]);
  expect(planned(pods, { cpu: 1500 }, { priority: CRITICAL + 6 })).toEqual(['plain', 'critical']);
});

it('a pod of the node alone is critical whatever its priority', () => {
  const pods = { critical: { cpu: '1', priority: CRITICAL }, plain: { cpu: '1', priority: 7 } };
  expect(planned(pods, { cpu: 1000 }, { priority: 0, mirror: true })).toEqual(['plain']);
});
