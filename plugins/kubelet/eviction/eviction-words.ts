import { formatQuantity, parseQuantity, wholeUnits } from '../../../src/base/quantity.ts';
import type { Pressure } from '../node/pressure.ts';
import type { PodSpec } from '../pod.ts';
import type { PodUsage } from './rank-pods.ts';
import type { Shortage, Signal } from './thresholds.ts';

export const RESOURCE_OF: Readonly<Record<Signal, string>> = {
  'memory.available': 'memory',
  'nodefs.available': 'ephemeral-storage',
  'nodefs.inodesFree': 'inodes',
  'pid.available': 'pids',
};

const inBytes = (bytes: number): string => formatQuantity({ nano: BigInt(bytes) * 1_000_000_000n, format: 'BinarySI' });
const amount = (signal: Signal, value: number): string =>
  signal === 'memory.available' || signal === 'nodefs.available' ? inBytes(value) : String(value);

/** Why a pod was evicted, in upstream's words and its trailing space. */
export function evictionMessage(
  { signal, limit, available }: Shortage,
  spec: PodSpec,
  usage: PodUsage | undefined,
): string {
  const resource = RESOURCE_OF[signal];
  const short = `The node was low on resource: ${resource}. Threshold quantity: ${amount(signal, limit)}, available: ${amount(signal, available)}. `;
  if (signal !== 'memory.available' && signal !== 'nodefs.available') return short;
  const containers = [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ name, resources }) => {
    const of = usage?.containers.get(name);
    const used = signal === 'memory.available' ? of?.memoryBytes : of?.diskBytes;
    const request = resources.requests?.[resource] ?? '0';
    if (used === undefined || used <= wholeUnits(parseQuantity(request))) return [];
    return [
      `Container ${name} was using ${inBytes(used)}, request is ${request}, has larger consumption of ${resource}. `,
    ];
  });
  return short + containers.join('');
}

/** Why a node under pressure takes no such pod. */
export function refusalMessage({ memory, disk, pids }: Pressure): string {
  const conditions = [
    ...(memory ? ['MemoryPressure'] : []),
    ...(disk ? ['DiskPressure'] : []),
    ...(pids ? ['PIDPressure'] : []),
  ];
  return `The node had condition: [${conditions.join(' ')}]. `;
}
