import { formatQuantity, parseQuantity, wholeUnits } from '../../../src/base/quantity.ts';
import type { Pressure } from '../node/pressure.ts';
import type { Pod } from '../pod.ts';
import type { PodUsage } from './rank-pods.ts';
import type { Shortage, Signal } from './thresholds.ts';

export const RESOURCE_OF: Readonly<Record<Signal, string>> = {
  'memory.available': 'memory',
  'allocatableMemory.available': 'memory',
  'nodefs.available': 'ephemeral-storage',
  'nodefs.inodesFree': 'inodes',
  'imagefs.available': 'ephemeral-storage',
  'imagefs.inodesFree': 'inodes',
  'pid.available': 'pids',
};

const inBytes = (bytes: number): string => formatQuantity({ nano: BigInt(bytes) * 1_000_000_000n, format: 'BinarySI' });

/** Why a pod was evicted, in upstream's words and its trailing space. */
export function evictionMessage(
  { signal, limit, available }: Shortage,
  { metadata, spec }: Pod,
  usage: PodUsage | undefined,
): string {
  const resource = RESOURCE_OF[signal];
  const isMemory = resource === 'memory';
  const isInBytes = isMemory || resource === 'ephemeral-storage';
  const amount = isInBytes ? inBytes : String;
  const short = `The node was low on resource: ${resource}. Threshold quantity: ${amount(limit)}, available: ${amount(available)}. `;
  if (!isInBytes || usage === undefined) return short;
  const larger = (what: string, used: number, request: string): string =>
    `${what} was using ${inBytes(used)}, request is ${request}, has larger consumption of ${resource}. `;
  const ofPod = isMemory ? spec.resources?.requests?.[resource] : undefined;
  const containers = [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ name, resources }) => {
    const of = usage.containers.get(name);
    const used = isMemory ? of?.memoryBytes : of?.diskBytes;
    const request = resources.requests?.[resource] ?? '0';
    if (used === undefined || used <= wholeUnits(parseQuantity(request))) return [];
    return [larger(`Container ${name}`, used, request)];
  });
  return [
    short,
    ...(ofPod === undefined ? [] : [larger(`Pod ${metadata.name}`, usage.memoryBytes, ofPod)]),
    ...containers,
  ].join('');
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
