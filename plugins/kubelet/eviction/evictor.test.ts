import { expect, it } from 'vitest';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { PRESSURE_TRANSITION_MS } from '../limits.ts';
import { podOf, type SpecInput } from '../testing/pod-fixtures.ts';
import type { Expulsion } from '../worker/expulsion.ts';
import { Evictor } from './evictor.ts';
import { readThresholds, withPodsMemory, type EvictionSettings, type Signal } from './thresholds.ts';

/** A node of a thousand bytes; pods use what they are said to. */
class TestNode {
  nowMs = 0;
  free: Partial<Record<Signal, number>> = {};
  reclaimed: Partial<Record<Signal, number>> = {};
  readonly pods = new Map<string, number>();
  readonly specs = new Map<string, Partial<SpecInput>>();
  readonly said: string[] = [];
  readonly evicted: Signal[] = [];
  readonly graces: (number | undefined)[] = [];
  readonly #gone = new Map<string, () => void>();
  isOverLimit = false;
  readonly evictor: Evictor;

  constructor(settings: Partial<EvictionSettings> = {}, maxGraceMs = 0) {
    this.evictor = this.#evictor(settings, maxGraceMs);
  }

  readonly #evictor = (settings: Partial<EvictionSettings>, maxGraceMs: number) =>
    new Evictor({
      world: { clock: { now: () => this.nowMs, monotonicMs: () => this.nowMs, cpuMs: () => 0 } },
      log: silentLogger,
      thresholds: withPodsMemory(
        readThresholds({
          evictionHard: { 'memory.available': '100', 'nodefs.available': '10%', 'pid.available': '5' },
          evictionSoft: {},
          evictionSoftGracePeriod: {},
          evictionMinimumReclaim: {},
          ...settings,
        }),
      ),
      transitionMs: PRESSURE_TRANSITION_MS,
      maxGraceMs,
      limits: { look: async () => this.isOverLimit },
      observe: async () =>
        Object.entries(this.free).map(([signal, available]) => ({
          signal: signal as Signal,
          available,
          capacity: 1000,
        })),
      pods: () => [...this.pods.keys()].map(name => this.#pod(name)),
      usage: async ({ metadata }) => {
        const used = this.pods.get(metadata.name) ?? 0;
        const each = { memoryBytes: used, diskBytes: used };
        return { ...each, pids: used, inodes: used, containers: new Map([['app', each]]) };
      },
      reclaim: async () => {
        this.free = { ...this.free, ...this.reclaimed };
      },
      evicted: signal => this.evicted.push(signal),
      warn: (reason, message) => this.said.push(`${reason}: ${message}`),
    });

  #pod(name: string) {
    const pod = podOf(this.specs.get(name) ?? {});
    return {
      pod: { ...pod, metadata: { ...pod.metadata, name, uid: name } },
      expel: ({ message, graceMs }: Expulsion) => {
        this.said.push(`${name}: ${message}`);
        this.graces.push(graceMs);
        return new Promise<void>(resolve => this.#gone.set(name, resolve));
      },
    };
  }

  async end(name: string) {
    this.pods.delete(name);
    this.#gone.get(name)?.();
    await Promise.resolve();
  }

  async look(afterMs = 10_000) {
    this.nowMs += afterMs;
    const pressure = await this.evictor.look();
    await this.evictor.settled();
    return Object.entries(pressure).flatMap(([name, is]) => (is ? [name] : []));
  }
}

it('evicts one pod, waits for its end, and then the next', async () => {
  const node = new TestNode();
  node.pods.set('small', 10).set('large', 500);
  node.free = { 'memory.available': 100 };
  expect(await node.look()).toEqual([]);
  node.free = { 'memory.available': 99 };
  expect(await node.look()).toEqual(['memory']);
  const large =
    'large: The node was low on resource: memory. Threshold quantity: 100, available: 99. Container app was using 500, request is 0, has larger consumption of memory. ';
  expect(node.said).toEqual(['EvictionThresholdMet: Attempting to reclaim memory', large]);
  await node.look();
  expect(node.said).toHaveLength(2);
  await node.end('large');
  await node.look();
  expect(node.said.at(-1)).toMatch(/^small: /);
  await node.look(30_000);
  expect(node.said.filter(text => text.startsWith('small'))).toHaveLength(2);
});

it('evicts nobody where it is enough to remove what nobody needs, and none that is critical', async () => {
  const node = new TestNode();
  node.specs.set('critical', { priority: 2_000_000_000 });
  node.pods.set('critical', 900);
  node.free = { 'nodefs.available': 10 };
  node.reclaimed = { 'nodefs.available': 500 };
  expect(await node.look()).toEqual(['disk']);
  node.reclaimed = {};
  node.free = { 'pid.available': 4 };
  expect(await node.look()).toEqual(['disk', 'pids']);
  expect(node.said).toEqual([
    'EvictionThresholdMet: Attempting to reclaim ephemeral-storage',
    'EvictionThresholdMet: Attempting to reclaim pids',
  ]);
});

it('tells of pressure for five minutes more, and refuses what would add to it', async () => {
  const node = new TestNode();
  const requests = { memory: '1' };
  const burstable = podOf({ containers: [{ name: 'app', image: 'i', resources: { requests } }] });
  const tolerant = podOf({ tolerations: [{ key: 'node.kubernetes.io/memory-pressure', operator: 'Exists' }] });
  expect(node.evictor.refusal(podOf({}))).toBeUndefined();
  node.free = { 'memory.available': 1 };
  await node.look();
  expect(node.evictor.refusal(podOf({}))).toBe('The node had condition: [MemoryPressure]. ');
  expect(node.evictor.refusal(burstable)).toBeUndefined();
  expect(node.evictor.refusal(tolerant)).toBeUndefined();
  node.free = { 'nodefs.available': 1 };
  await node.look();
  expect(node.evictor.refusal(burstable)).toBe('The node had condition: [MemoryPressure DiskPressure]. ');
  expect(node.evictor.refusal(podOf({ priority: 2_000_000_000 }))).toBeUndefined();
  node.free = {};
  expect(await node.look(4 * 60_000)).toEqual(['memory', 'disk']);
  expect(await node.look(60_000)).toEqual([]);
});

it('evicts for a soft threshold once it was met for its time, with as much grace as may be, and tells at once', async () => {
  const settings = {
    evictionHard: {},
    evictionSoft: { 'memory.available': '100' },
    evictionSoftGracePeriod: { 'memory.available': '30s' },
  };
  const node = new TestNode(settings, 20_000);
  node.pods.set('app', 10);
  node.specs.set('app', { terminationGracePeriodSeconds: 10 });
  node.free = { 'memory.available': 99 };
  expect(await node.look()).toEqual(['memory']);
  await node.look();
  node.free = { 'memory.available': 100 };
  await node.look();
  node.free = { 'memory.available': 99 };
  await node.look();
  await node.look(29_000);
  expect(node.said).toEqual([]);
  await node.look(1_000);
  expect(node.said[1]).toMatch(/^app: The node was low on resource: memory. Threshold quantity: 100, available: 99. /);
  expect(node.graces).toEqual([10_000]);
});

it('goes on until as much is free as is to be reclaimed', async () => {
  const node = new TestNode({ evictionMinimumReclaim: { 'memory.available': '50' } });
  node.pods.set('first', 20).set('second', 10);
  node.free = { 'memory.available': 120 };
  await node.look();
  expect(node.said).toEqual([]);
  node.free = { 'memory.available': 99 };
  await node.look();
  await node.end('first');
  node.free = { 'memory.available': 149 };
  await node.look();
  expect(node.said.at(-1)).toMatch(/^second: .* Threshold quantity: 100, available: 149/);
  await node.end('second');
  node.free = { 'memory.available': 150 };
  await node.look();
  node.free = { 'memory.available': 149 };
  await node.look();
  expect(node.said).toHaveLength(4);
});

it('evicts nobody for a shortage while those go that are beyond a limit of their own', async () => {
  const node = new TestNode();
  node.pods.set('app', 10);
  node.free = { 'nodefs.available': 1 };
  node.isOverLimit = true;
  await node.look();
  expect(node.said).toEqual([]);
  node.isOverLimit = false;
  await node.look();
  expect(node.said[0]).toBe('EvictionThresholdMet: Attempting to reclaim ephemeral-storage');
});

it('evicts for the memory that is left to pods, as for that of the node', async () => {
  const node = new TestNode();
  node.pods.set('large', 500);
  node.free = { 'memory.available': 500, 'allocatableMemory.available': 99 };
  expect(await node.look()).toEqual(['memory']);
  expect(node.evicted).toEqual(['allocatableMemory.available']);
  expect(node.said).toEqual([
    'EvictionThresholdMet: Attempting to reclaim memory',
    'large: The node was low on resource: memory. Threshold quantity: 100, available: 99. Container app was using 500, request is 0, has larger consumption of memory. ',
  ]);
});
