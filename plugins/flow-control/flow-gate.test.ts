import { beforeEach, describe, expect, it, vi } from 'vitest';
import { manualWorld, type ManualWorld } from '../../src/sdk/testing/manual-world.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import type { RequestInfo } from '../apiserver/contract.ts';
import { testApi } from '../apiserver/testing/test-api.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import type { Turn } from './contract.ts';
import type { ConfiguredLevel } from './flow-configuration.ts';
import { FlowGate } from './flow-gate.ts';
import { KindCounts } from './kind-counts.ts';
import { queuedLevel, scantCatchAll, schemaOfAll } from './testing/flow-server.ts';
import { getPods } from './testing/test-ticket.ts';

/** May borrow without a limit. */
const sharing = (name: string, lendablePercent: number): ConfiguredLevel => {
  const { metadata, spec } = queuedLevel(name, 1);
  const { limitResponse = { type: 'Reject' } } = spec.limited ?? {};
  return {
    metadata,
    spec: { ...spec, limited: { nominalConcurrencyShares: 1, lendablePercent, limitResponse } },
  };
};

let world: ManualWorld;
let gate: FlowGate;
beforeEach(() => {
  world = manualWorld();
  gate = new FlowGate(
    { world, seats: 20, kinds: { statsOf: () => undefined } },
    { levels: [sharing('lender', 100), sharing('borrower', 0), scantCatchAll], schemas: [schemaOfAll('lender')] },
  );
});

const ask = (info: Partial<RequestInfo> = {}, waitMs = 15_000): Turn => {
  const turn = gate.enter({
    user: { name: 'u', groups: ['system:authenticated'] },
    info: { ...getPods, ...info },
    query: new URLSearchParams(),
    waitMs: () => waitMs,
    signal: () => new AbortController().signal,
  });
  if (turn === undefined) throw new Error('it asks for no turn');
  return turn;
};
const limitOf = (name: string): number => gate.levels.get(name)?.queues.limit ?? 0;

describe('seats that a level lends', () => {
  it('are its own again after ten seconds in which it could use them, though nobody comes any more', async () => {
    expect([limitOf('lender'), limitOf('borrower')]).toEqual([1, 20]);
    const turns = Array.from({ length: 5 }, () => ask());
    const served = vi.fn();
    for (const { mayRun } of turns) void Promise.resolve(mayRun).then(served);
    await world.advance(9_999);
    expect(served).toHaveBeenCalledTimes(1);
    await world.advance(1);
    expect(served).toHaveBeenCalledTimes(5);
    expect([limitOf('lender'), limitOf('borrower')]).toEqual([7, 13]);
    for (const turn of turns) turn.over();
  });

  it('are lent again minutes after it used them, without a clock that ticks meanwhile', async () => {
    const turns = Array.from({ length: 5 }, () => ask());
    await world.advance(10_000);
    for (const turn of turns) turn.over();
    await world.advance(10_000);
    expect(world.pending).toBe(0);
    await world.advance(3_600_000);
    ask().over();
    expect([limitOf('lender'), limitOf('borrower')]).toEqual([1, 20]);
  });
});

describe('a request', () => {
  it('waits as long as it may, and no timer stays', async () => {
    const first = ask();
    const second = ask({}, 5_000);
    expect(first.mayRun).toBe(true);
    await world.advance(5_000);
    expect(await second.mayRun).toBe(false);
    expect(second.retryAfterSeconds()).toBe(1);
    first.over();
    second.over();
    await world.advance(5_000);
    expect(world.pending).toBe(0);
  });

  it('to write keeps its seats while watches are told, however often it says that it is over', async () => {
    for (let count = 0; count < 15; count++) ask({ verb: 'watch', name: '' }).leaveSeat();
    const write = ask({ verb: 'update' });
    write.leaveSeat();
    write.over();
    const inUse = (): number => gate.levels.get('lender')?.queues.seatsInUse ?? 0;
    // One seat is all that one request of the level may take; the work of two lasts twice as long.
    expect(inUse()).toBe(1);
    await world.advance(9);
    expect(inUse()).toBe(1);
    await world.advance(1);
    expect(inUse()).toBe(0);
  });

  it.each<[string, Partial<RequestInfo>]>([
    ['exec', { subresource: 'exec' }],
    ['logs', { subresource: 'log' }],
    ['a proxied one', { subresource: 'proxy' }],
  ])('for a stream asks for no turn: %s', (_name, info) => {
    expect(() => ask(info)).toThrow('it asks for no turn');
  });
});

it('objects of a kind are counted while others go on, and their size is taken from a few', async () => {
  const { api, admin } = await testApi();
  for (let index = 0; index < 30; index++) {
    const data = { text: 'x'.repeat(1000) };
    await admin.create(ConfigMap, { metadata: { name: `c${index}`, namespace: 'default' }, data });
  }
  const counts = new KindCounts({
    store: api.objects.store,
    served: api.catalog.all,
    clock: api.world.clock,
    log: silentLogger,
  });
  const maps = { ...getPods, resource: 'configmaps' };
  expect(counts.statsOf(maps)).toBeUndefined();
  await vi.waitFor(() => expect(counts.statsOf(maps)?.count).toBe(30));
  const { averageBytes = 0 } = counts.statsOf(maps) ?? {};
  expect(averageBytes).toBeGreaterThan(1000);
  expect(averageBytes).toBeLessThan(3000);
  expect(counts.statsOf({ ...maps, resource: 'nothings' })).toBeUndefined();
});
