import { parseQuantity } from '../../../src/base/quantity.ts';
import { matchesNodeSelector, type SelectableNode } from '../../kinds/core/v1/node-selection.ts';
import type { NodeSelector } from '../../kinds/core/v1/node-selector.ts';
import type { Device } from '../../kinds/resource/v1/device.ts';
import type { ResourceSlice } from '../../kinds/resource/v1/resource-slice.ts';
import { deviceId } from './device-id.ts';

/** A device that a driver has, at its place in a pool. */
export interface OfferedDevice {
  readonly id: string;
  readonly driver: string;
  readonly pool: DevicePool;
  readonly device: Device;
  readonly place: DevicePlace;
}

/** Which nodes reach something. */
export interface DevicePlace {
  readonly nodeName?: string;
  readonly allNodes?: boolean;
  readonly nodeSelector?: NodeSelector;
}

/** Devices that are told of together, as their driver tells it last. */
export interface DevicePool {
  readonly driver: string;
  readonly name: string;
  /** Slices are missing, or contradict each other: nothing is taken of it until that is over. */
  readonly problem: 'incomplete' | 'invalid' | undefined;
  readonly devices: readonly OfferedDevice[];
  /** Amounts that devices share, in billionths. */
  readonly counters: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
  /** Whether every node has to do with it, though it reach no device. */
  readonly concernsAll: boolean;
}

export interface PoolOnNode {
  readonly pool: DevicePool;
  /** Those that the node reaches. */
  readonly devices: readonly OfferedDevice[];
}

/** What all slices offer. Made anew when one changes. */
export class DevicePools {
  /** In the order in which they are looked at. */
  readonly #pools: readonly DevicePool[];
  /** Places in `#pools`: of those whose devices are all on nodes that are named, by the nodes; and of the others. */
  readonly #byNode = new Map<string, Set<number>>();
  readonly #shared: number[] = [];

  constructor(slices: readonly ResourceSlice[]) {
    this.#pools = poolsOf(slices).toSorted(byOrder);
    for (const [place, { devices, concernsAll }] of this.#pools.entries()) {
      const nodes = devices.map(device => device.place.nodeName);
      if (concernsAll || nodes.includes(undefined)) this.#shared.push(place);
      else
        for (const node of nodes) {
          const places = this.#byNode.get(node ?? '') ?? new Set<number>();
          this.#byNode.set(node ?? '', places.add(place));
        }
    }
  }

  on(node: SelectableNode): readonly PoolOnNode[] {
    const places = [...(this.#byNode.get(node.name) ?? []), ...this.#shared].toSorted((a, b) => a - b);
    return places.flatMap(place => {
      const pool = this.#pools[place];
      if (pool === undefined) return [];
      const devices = pool.devices.filter(device => reaches(node, device.place));
      return devices.length > 0 || pool.concernsAll ? [{ pool, devices }] : [];
    });
  }
}

/** By name; those whose devices have to be made ready first come last. */
function byOrder(a: DevicePool, b: DevicePool): number {
  const isSlow = ({ devices }: DevicePool): boolean =>
    devices.some(({ device }) => device.bindingConditions !== undefined);
  if (isSlow(a) !== isSlow(b)) return isSlow(a) ? 1 : -1;
  return compare(a.driver, b.driver) || compare(a.name, b.name);
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function reaches(node: SelectableNode, { nodeName, allNodes, nodeSelector }: DevicePlace): boolean {
  if (nodeName !== undefined && nodeName !== '') return nodeName === node.name;
  return allNodes === true || (nodeSelector !== undefined && matchesNodeSelector(nodeSelector, node));
}

/** Slices of older generations are left out. */
function poolsOf(slices: readonly ResourceSlice[]): readonly DevicePool[] {
  const newest = new Map<string, ResourceSlice[]>();
  for (const slice of slices) {
    const { driver, pool } = slice.spec;
    const key = JSON.stringify([driver, pool.name]);
    const known = newest.get(key);
    const generation = known?.[0]?.spec.pool.generation ?? Number.NEGATIVE_INFINITY;
    if (pool.generation > generation) newest.set(key, [slice]);
    else if (pool.generation === generation) known?.push(slice);
  }
  return [...newest.values()].map(poolOf);
}

function poolOf(slices: readonly ResourceSlice[]): DevicePool {
  const sorted = slices.toSorted((a, b) => compare(a.metadata.name, b.metadata.name));
  const { driver = '', pool: told } = sorted[0]?.spec ?? {};
  const sets = sorted.flatMap(({ spec }) => spec.sharedCounters ?? []);
  const counters = new Map(sets.map(set => [set.name, amountsOf(set.counters)]));
  const devices: OfferedDevice[] = [];
  const isIncomplete = slices.length !== told?.resourceSliceCount;
  const isInvalid = !isIncomplete && (counters.size < sets.length || contradicts(sorted, counters));
  const pool: DevicePool = {
    driver,
    name: told?.name ?? '',
    problem: isIncomplete ? 'incomplete' : isInvalid ? 'invalid' : undefined,
    devices,
    counters,
    concernsAll: sets.length > 0,
  };
  for (const { spec } of sorted) {
    for (const device of spec.devices ?? []) {
      const place = spec.perDeviceNodeSelection === true ? device : spec;
      devices.push({ id: deviceId(driver, pool.name, device.name), driver, pool, device, place });
    }
  }
  return pool;
}

/** Whether two devices have the same name, or one takes what is not there. */
function contradicts(slices: readonly ResourceSlice[], counters: DevicePool['counters']): boolean {
  const devices = slices.flatMap(({ spec }) => spec.devices ?? []);
  if (new Set(devices.map(({ name }) => name)).size < devices.length) return true;
  return devices.some(({ consumesCounters = [] }) =>
    consumesCounters.some(({ counterSet, counters: taken }) =>
      Object.keys(taken ?? {}).some(name => counters.get(counterSet)?.has(name) !== true),
    ),
  );
}

export const amountsOf = (
  counters: Readonly<Record<string, { readonly value: string }>> = {},
): ReadonlyMap<string, bigint> =>
  new Map(Object.entries(counters).map(([name, { value }]) => [name, parseQuantity(value).nano]));
