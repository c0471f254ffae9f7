import { expect, it } from 'vitest';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import type { Resources } from '../../runtime/contract.ts';
import { PODS_LIMIT_RETRY_MS, WEIGHING_MS } from '../limits.ts';
import { enforcedReserve, PodsLimit, podsResources } from './pods-limit.ts';

const MACHINE = { cpus: 2, memoryBytes: 1000, maxPids: 500 };
const RESERVE = { cpuMillis: 500, memoryBytes: 300, storageBytes: 0, pids: 100, thresholds: [] };

it('pods together have what the node has without what is reserved, or all of it', () => {
  expect(podsResources(MACHINE, enforcedReserve(['pods'], RESERVE))).toMatchObject({
    cpuShares: 1536,
    memoryBytes: 700,
    pids: 400,
  });
  const all = { cpuShares: 2048, memoryBytes: 1000, pids: 500 };
  expect(podsResources(MACHINE, enforcedReserve(['none'], RESERVE))).toMatchObject(all);
  expect(podsResources(MACHINE, enforcedReserve([], RESERVE))).toMatchObject(all);
});

it.each([
  [['system'], 'option "system" specified for enforceNodeAllocatable'],
  [['pods', 'none'], 'may not contain additional enforcements when "none" is specified'],
])('%j is refused', (ways, message) => {
  expect(() => enforcedReserve(ways, RESERVE)).toThrow(message);
});

it('tries again where pods have more than they may, says so, and knows how much they may still take', async () => {
  const world = manualWorld();
  const said: string[] = [];
  const tried: Resources[] = [];
  const limit = new PodsLimit({
    world,
    runtime: {
      limitPods: async resources => {
        if (tried.push(resources) === 1) throw new Error('EBUSY');
      },
      podsUsage: async () => ({ memoryWorkingSetBytes: 550 }),
    },
    log: silentLogger,
    tell: (type, reason, message) => said.push(`${type} ${reason}: ${message}`),
    signal: new AbortController().signal,
  });
  expect(await limit.observe()).toEqual([]);
  const enforced = limit.enforce(podsResources(MACHINE, RESERVE));
  await world.advance(PODS_LIMIT_RETRY_MS);
  await enforced;
  expect(tried).toHaveLength(2);
  expect(said).toEqual([
    'Warning FailedNodeAllocatableEnforcement: Failed to update Node Allocatable Limits ["kubepods"]: EBUSY',
    'Normal NodeAllocatableEnforced: Updated Node Allocatable limit across pods',
  ]);
  expect(await limit.observe()).toEqual([{ signal: 'allocatableMemory.available', available: 150, capacity: 700 }]);
});

it('weighs classes of pods against each other, once for what comes together, and again where the kernel refused', async () => {
  const world = manualWorld();
  const written: (readonly [string | undefined, number | null])[] = [];
  let fails = true;
  const limit = new PodsLimit({
    world,
    log: silentLogger,
    runtime: {
      limitPods: async ({ cpuShares }, group) => {
        if (fails) throw new Error('EIO');
        written.push([group, cpuShares]);
      },
      podsUsage: async () => ({ memoryWorkingSetBytes: 0 }),
    },
    tell: () => undefined,
    signal: new AbortController().signal,
  });
  const weigh = async (...millis: readonly number[]) => {
    for (const each of millis) limit.weigh(each);
    await world.advance(WEIGHING_MS);
    return written.splice(0);
  };
  expect(await weigh(1000)).toEqual([]);
  fails = false;
  expect(await weigh(500, 1000)).toEqual([
    ['besteffort', 2],
    ['burstable', 1024],
  ]);
  expect(await weigh(2000, 1000)).toEqual([]);
  expect(await weigh(0)).toEqual([['burstable', 2]]);
});
