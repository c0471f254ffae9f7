import { milliUnits, readQuantity, wholeUnits } from '../../../src/base/quantity.ts';
import { amountOf, type Signal, type Threshold } from '../eviction/thresholds.ts';
import type { Machine } from './machine.ts';

type Given = Readonly<Record<string, string>>;

/** What of a node is kept from pods. */
export interface NodeReserve {
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly storageBytes: number;
  readonly pids: number;
  /** What they leave free at once is no pod's either. */
  readonly thresholds: readonly Threshold[];
}

export interface ReserveSettings {
  /** As of the kubelet's configuration: amounts by the names of resources. */
  readonly systemReserved: Given;
  readonly kubeReserved: Given;
}

const RESERVABLE: readonly string[] = ['cpu', 'memory', 'ephemeral-storage', 'pid'];

/** Throws, in the kubelet's words, for what cannot be kept. */
export function readReserve(
  { systemReserved, kubeReserved }: ReserveSettings,
  thresholds: readonly Threshold[],
): NodeReserve {
  const given = [...Object.entries(systemReserved), ...Object.entries(kubeReserved)].map(([name, text]) => {
    if (!RESERVABLE.includes(name)) throw new Error(`cannot reserve ${JSON.stringify(name)} resource`);
    const quantity = readQuantity(text);
    if (quantity === undefined) {
      throw new Error(`failed to parse quantity ${JSON.stringify(text)} for ${JSON.stringify(name)} resource`);
    }
    if (quantity.nano < 0n) {
      throw new Error(`resource quantity for ${JSON.stringify(name)} cannot be negative: ${text}`);
    }
    return { name, quantity };
  });
  const all = (wanted: string, units: typeof wholeUnits): number =>
    given.reduce((total, { name, quantity }) => (name === wanted ? total + units(quantity) : total), 0);
  return {
    cpuMillis: all('cpu', milliUnits),
    memoryBytes: all('memory', wholeUnits),
    storageBytes: all('ephemeral-storage', wholeUnits),
    pids: all('pid', wholeUnits),
    thresholds,
  };
}

export type NodeSize = Pick<Machine, 'cpus' | 'memoryBytes'> & {
  readonly diskBytes: number;
  readonly maxPods: number;
};

export const nodeCapacity = ({ cpus, memoryBytes, diskBytes, maxPods }: NodeSize) => ({
  cpu: String(cpus),
  memory: ki(memoryBytes),
  'ephemeral-storage': ki(diskBytes),
  'hugepages-1Gi': '0',
  'hugepages-2Mi': '0',
  pods: String(maxPods),
});

/** Capacity without what is kept from pods. */
export function nodeAllocatable(size: NodeSize, reserve: NodeReserve) {
  const { cpus, memoryBytes, diskBytes } = size;
  return {
    ...nodeCapacity(size),
    cpu: cores(Math.max(0, cpus * 1000 - reserve.cpuMillis)),
    memory: ki(memoryBytes - reserve.memoryBytes - kept(reserve, 'memory.available', memoryBytes)),
    'ephemeral-storage': String(Math.max(0, diskBytes - keptStorage(reserve, diskBytes))),
  };
}

/** Throws, in the kubelet's words, where more is kept from pods than there is. */
export function requireRoom({ cpus, memoryBytes, diskBytes }: NodeSize, reserve: NodeReserve): void {
  const memory = reserve.memoryBytes + kept(reserve, 'memory.available', memoryBytes);
  const problems = [
    ['cpu', reserve.cpuMillis, cpus * 1000, cores] as const,
    ['memory', memory, memoryBytes, String] as const,
    ['ephemeral-storage', keptStorage(reserve, diskBytes), diskBytes, String] as const,
  ].flatMap(([name, reserved, capacity, shown]) =>
    reserved <= capacity || capacity === 0
      ? []
      : [
          `Resource ${JSON.stringify(name)} has a reservation of ${shown(reserved)} but capacity of ${shown(capacity)}. Expected capacity >= reservation.`,
        ],
  );
  if (problems.length > 0) throw new Error(`invalid Node Allocatable configuration. ${problems.join(' ')}`);
}

/** What a hard threshold of eviction keeps free. */
function kept({ thresholds }: NodeReserve, signal: Signal, capacity: number): number {
  const hard = thresholds.find(threshold => threshold.signal === signal && threshold.graceMs === 0);
  return hard === undefined ? 0 : amountOf(hard.limit, capacity);
}

const keptStorage = (reserve: NodeReserve, diskBytes: number): number =>
  reserve.storageBytes + kept(reserve, 'nodefs.available', diskBytes);

const ki = (bytes: number): string => `${Math.max(0, Math.floor(bytes / 1024))}Ki`;
const cores = (millis: number): string => (millis % 1000 === 0 ? String(millis / 1000) : `${millis}m`);
