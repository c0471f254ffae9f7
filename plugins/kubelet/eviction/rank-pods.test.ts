import { expect, it } from 'vitest';
import { podOf } from '../testing/pod-fixtures.ts';
import { byEviction, type RankedPod } from './rank-pods.ts';
import type { Signal } from './thresholds.ts';

interface Case {
  readonly memory?: string;
  readonly disk?: string;
  readonly priority?: number;
  readonly uses?: number;
  readonly unknown?: true;
}

function ranked({ memory, disk, priority, uses = 0, unknown }: Case): RankedPod {
  const requests = {
    ...(memory === undefined ? {} : { memory }),
    ...(disk === undefined ? {} : { 'ephemeral-storage': disk }),
  };
  const { spec } = podOf({ containers: [{ name: 'app', image: 'i', resources: { requests } }] });
  const usage = { memoryBytes: uses, diskBytes: uses, pids: uses, inodes: uses, containers: new Map() };
  return { spec: { ...spec, ...(priority === undefined ? {} : { priority }) }, usage: unknown ? undefined : usage };
}

it.each<[string, Signal, Case, Case]>([
  ['who could not be measured', 'memory.available', { unknown: true, priority: 5 }, { uses: 0 }],
  [
    'who uses more than requested',
    'memory.available',
    { uses: 101, memory: '100', priority: 5 },
    { uses: 500, memory: '500' },
  ],
  ['who matters less', 'memory.available', { uses: 2, priority: 1 }, { uses: 1000, priority: 2 }],
  [
    'who is further beyond the request',
    'memory.available',
    { uses: 300, memory: '100' },
    { uses: 1000, memory: '900' },
  ],
  ['who uses more of the disk than requested', 'nodefs.available', { uses: 2, disk: '1' }, { uses: 9, disk: '9' }],
  ['who has more files', 'nodefs.inodesFree', { uses: 9 }, { uses: 8, disk: '1' }],
  ['who matters less, whatever runs in it', 'pid.available', { uses: 1 }, { uses: 99, priority: 1 }],
  ['who runs more', 'pid.available', { uses: 3 }, { uses: 2 }],
])('%s goes first of %s', (_, signal, first, second) => {
  expect(byEviction(signal)(ranked(first), ranked(second))).toBeLessThan(0);
  expect(byEviction(signal)(ranked(second), ranked(first))).toBeGreaterThan(0);
});
