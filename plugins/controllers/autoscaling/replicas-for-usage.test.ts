import { expect, it } from 'vitest';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { groupPods } from './group-pods.ts';
import { replicasForUsage, utilization } from './replicas-for-usage.ts';

const NOW = Date.UTC(2026, 0, 1);
const at = (ago: number): string => new Date(NOW - ago * 1000).toISOString();
type Kind = 'ready' | 'new' | 'unready' | 'neverReady' | 'pending' | 'failed' | 'going';
const condition = (status: string, ago: number) => [{ type: 'Ready', status, lastTransitionTime: at(ago) }];
const STATUSES: Readonly<Record<Kind, object>> = {
  ready: { phase: 'Running', startTime: at(1000), conditions: condition('True', 900) },
  new: { phase: 'Running', startTime: at(60), conditions: condition('True', 5) },
  unready: { phase: 'Running', startTime: at(1000), conditions: condition('False', 100) },
  neverReady: { phase: 'Running', startTime: at(1000), conditions: condition('False', 990) },
  pending: { phase: 'Pending' },
  failed: { phase: 'Failed' },
  going: { phase: 'Running' },
};
const pod = (kind: Kind, index: number): Pod =>
  ({
    metadata: { name: `p${index}`, ...(kind === 'going' ? { deletionTimestamp: at(0) } : {}) },
    status: STATUSES[kind],
  }) as unknown as Pod;

/** Each pod asks for 1000; a target of 50 percent. */
it.each<[string, readonly (readonly [Kind, number | undefined])[], number | string]>([
  [
    'at the target',
    [
      ['ready', 500],
      ['ready', 500],
    ],
    2,
  ],
  [
    'a little above',
    [
      ['ready', 540],
      ['ready', 540],
    ],
    2,
  ],
  [
    'twice as much',
    [
      ['ready', 1000],
      ['ready', 1000],
    ],
    4,
  ],
  [
    'half as much',
    [
      ['ready', 250],
      ['ready', 250],
    ],
    1,
  ],
  [
    'a third is missing and may need all',
    [
      ['ready', 250],
      ['ready', 250],
      ['ready', undefined],
    ],
    3,
  ],
  [
    'a missing one is taken for idle where more is needed',
    [
      ['ready', 1000],
      ['ready', 1000],
      ['ready', undefined],
    ],
    4,
  ],
  [
    'a pending one takes its share soon',
    [
      ['ready', 1000],
      ['pending', undefined],
    ],
    2,
  ],
  [
    'one that has just started says nothing',
    [
      ['ready', 1000],
      ['new', 3000],
    ],
    2,
  ],
  [
    'one that was ready before counts',
    [
      ['ready', 500],
      ['unready', 1500],
    ],
    4,
  ],
  [
    'one that never was does not',
    [
      ['ready', 500],
      ['neverReady', 1500],
    ],
    2,
  ],
  [
    'those that go or failed do not',
    [
      ['ready', 1000],
      ['going', 9000],
      ['failed', 9000],
    ],
    2,
  ],
  ['nothing is known', [['ready', undefined]], 'did not receive metrics for targeted pods (pods might be unready)'],
])('%s', (_case, all, expected) => {
  const pods = all.map(([kind], index) => pod(kind, index));
  const samples = new Map(
    all.flatMap(([, value], index) =>
      value === undefined ? [] : [[`p${index}`, { value, atMs: NOW, windowMs: 15_000 }] as const],
    ),
  );
  const requests = new Map(pods.map(({ metadata }) => [metadata.name, 1000]));
  const ask = () =>
    replicasForUsage({
      currentReplicas: pods.length,
      tolerances: { down: 0.1, up: 0.1 },
      groups: groupPods(pods, samples, true, NOW),
      samples,
      usageOf: utilization(requests, 50),
      missingAs: () => 1000,
    }).replicas;
  if (typeof expected === 'string') expect(ask).toThrow(expected);
  else expect(ask()).toBe(expected);
});
