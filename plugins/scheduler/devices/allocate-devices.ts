import type { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import type { AllocationResult } from '../../kinds/resource/v1/resource-claim-status.ts';
import type { AllocationInput } from './allocation-input.ts';
import { allocationResult } from './allocation-result.ts';
import { DeviceSearch } from './device-search.ts';
import { demandsOf, type DeviceDemand } from './device-requests.ts';
import type { OfferedDevice } from './device-pools.ts';
import { AllocationProblem, MAX_DEVICES, type Demand } from './device-demand.ts';

export type DeviceAllocation =
  /** One result a claim. */
  | { readonly type: 'allocated'; readonly results: readonly AllocationResult[] }
  /** Devices are lacking on this node. */
  | { readonly type: 'lacking' }
  | { readonly type: 'invalid-pools' }
  /** Nothing can be told of any node: what is wrong, in upstream's words. */
  | { readonly type: 'failed'; readonly message: string };

/**
 * Gives all claims devices on one node, or none: the first that do in the order of pools, slices and devices, as
 * upstream's structured allocator. No device is given twice unless it may be, and all constraints hold.
 */
export function allocateDevices(input: AllocationInput): DeviceAllocation {
  try {
    const demands = input.claims.map(claim =>
      (claim.spec.devices.requests ?? []).map(request =>
        demandsOf(request).map(demand => judged(demand, claim, input)),
      ),
    );
    for (const [index, requests] of demands.entries()) refuseTooMany(requests, input.claims[index]);
    const given = new DeviceSearch(input, demands).run();
    if (given === undefined)
      return { type: input.pools.some(({ pool }) => pool.problem === 'invalid') ? 'invalid-pools' : 'lacking' };
    const results = input.claims.map((claim, index) =>
      allocationResult(
        claim,
        given.filter(({ place }) => place === index),
        input.node.name,
      ),
    );
    return { type: 'allocated', results };
  } catch (error) {
    if (error instanceof AllocationProblem) return { type: 'failed', message: error.message };
    throw error;
  }
}

/** With its class, and where all devices are asked for, those. */
function judged(demand: DeviceDemand, claim: ResourceClaim, input: AllocationInput): Demand {
  const { namespace = '', name } = claim.metadata;
  const problem = (what: string) =>
    new AllocationProblem(`claim ${namespace}/${name}, request ${demand.said}: ${what}`);
  const deviceClass = input.classOf(demand.className);
  if (deviceClass === undefined)
    throw problem(
      `could not retrieve device class ${demand.className}: deviceclass.resource.k8s.io ${JSON.stringify(demand.className)} not found`,
    );
  const known = new Map<OfferedDevice, boolean>();
  const selects = (device: OfferedDevice): boolean => {
    const before = known.get(device);
    if (before !== undefined) return before;
    const owners = [
      [`class ${deviceClass.metadata.name}`, deviceClass.spec.selectors ?? []],
      [`claim ${namespace}/${name}`, demand.selectors],
    ] as const;
    const is = owners.every(([owner, selectors]) =>
      selectors.every(({ cel }, index) => {
        const matches = input.matches(device, cel?.expression ?? '');
        if (typeof matches === 'boolean') return matches;
        throw new AllocationProblem(`${owner}: selector #${index}: ${matches.problem}`);
      }),
    );
    known.set(device, is);
    return is;
  };
  if (demand.count !== undefined) return { ...demand, deviceClass, selects, count: demand.count, all: undefined };
  for (const { pool } of input.pools) {
    const state = pool.problem === 'incomplete' ? 'being updated' : pool.problem;
    if (state !== undefined)
      throw problem(`asks for all devices, but resource pool ${pool.driver}/${pool.name} is currently ${state}`);
  }
  const all = input.pools.flatMap(({ devices }) => devices.filter(selects));
  return { ...demand, deviceClass, selects, count: all.length, all };
}

function refuseTooMany(requests: readonly (readonly Demand[])[], claim: ResourceClaim | undefined): void {
  const least = requests.reduce((sum, ways) => sum + Math.min(...ways.map(({ count }) => count)), 0);
  if (least <= MAX_DEVICES) return;
  const { namespace = '', name = '' } = claim?.metadata ?? {};
  throw new AllocationProblem(
    `claim ${namespace}/${name}: number of requested devices ${least} exceeds the claim limit of ${MAX_DEVICES}`,
  );
}
