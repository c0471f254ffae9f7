import { expect, it } from 'vitest';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import type { PublishedVolume } from '../csi/volume-mounts.ts';
import { Flights } from './flights.ts';

const facts = { spec: undefined, capabilities: new Set<number>(), fsGroup: undefined, publishContext: {} };
const POD = 'uid';

function setUp() {
  const world = manualWorld();
  const stop = new AbortController();
  const woken: string[] = [];
  const changed = (podUid: string): void => void woken.push(podUid);
  const flights = new Flights<PublishedVolume>({ world, log: silentLogger, changed, signal: stop.signal }, 'no volume');
  const attempts: PromiseWithResolvers<PublishedVolume>[] = [];
  const befores: unknown[] = [];
  const signals: AbortSignal[] = [];
  const look = () =>
    flights.look(POD, 'v', (signal, before) => {
      befores.push(before?.path);
      signals.push(signal);
      const attempt = Promise.withResolvers<PublishedVolume>();
      attempts.push(attempt);
      return attempt.promise;
    });
  return { world, flights, look, attempts, befores, signals, woken };
}

it('a volume is worked on once at a time, and the pod is woken when it is ready', async () => {
  const { world, look, attempts, woken } = setUp();
  expect([look(), look()]).toEqual([{ state: 'waiting' }, { state: 'waiting' }]);
  expect(attempts).toHaveLength(1);
  const volume = { path: '/v', facts };
  attempts[0]?.resolve(volume);
  await world.advance(0);
  expect(woken).toEqual([POD]);
  expect(look()).toEqual({ state: 'ready', outcome: volume });
  expect(attempts).toHaveLength(1);
});

it('a failure is told once, and tried again after a wait that grows, or at once when its driver has come', async () => {
  const { world, flights, look, attempts, woken } = setUp();
  const fail = async (): Promise<void> => {
    attempts.at(-1)?.reject(new Error('no'));
    await world.advance(0);
  };
  look();
  await fail();
  expect([look(), look()]).toEqual([{ state: 'failed', message: 'no' }, { state: 'waiting' }]);
  woken.length = 0;
  await world.advance(499);
  expect([woken, attempts.length]).toEqual([[], 1]);
  await world.advance(1);
  expect(woken).toEqual([POD]);
  look();
  expect(attempts).toHaveLength(2);
  await fail();
  look();
  await world.advance(999);
  look();
  expect(attempts).toHaveLength(2);
  flights.retryAll();
  look();
  expect(attempts).toHaveLength(3);
});

it('a volume is tried again though the pod is looked at once for failure and timer', async () => {
  const { world, look, attempts } = setUp();
  look();
  attempts[0]?.reject(new Error('no'));
  await world.advance(0);
  // Both have woken the pod before it was looked at.
  await world.advance(500);
  expect(look()).toEqual({ state: 'failed', message: 'no' });
  expect(attempts).toHaveLength(2);
});

it('what has to be renewed stays ready meanwhile, whatever comes of it', async () => {
  const { world, look, attempts, befores } = setUp();
  const renewAtMs = world.clock.now() + 60_000;
  look();
  attempts[0]?.resolve({ path: '/v', facts, renewAtMs });
  await world.advance(59_999);
  expect(look()).toEqual({ state: 'ready', outcome: { path: '/v', facts, renewAtMs } });
  expect(attempts).toHaveLength(1);
  await world.advance(1);
  const later = { state: 'ready', outcome: { path: '/v', facts, renewAtMs: renewAtMs + 500 } };
  expect(look()).toEqual(later);
  expect(befores).toEqual([undefined, '/v']);
  attempts[1]?.reject(new Error('no'));
  await world.advance(0);
  expect(look()).toEqual(later);
  await world.advance(500);
  look();
  attempts[2]?.resolve({ path: '/v', facts });
  await world.advance(0);
  expect(look()).toEqual({ state: 'ready', outcome: { path: '/v', facts } });
});

it('a pod that ends waits for what is under way, which hears of it', async () => {
  const { world, flights, look, attempts, signals, woken } = setUp();
  look();
  let isOver = false;
  void flights.end(POD).then(() => (isOver = true));
  await world.advance(0);
  expect([signals[0]?.aborted, isOver]).toEqual([true, false]);
  attempts[0]?.reject(new Error('it was told to end'));
  await world.advance(0);
  expect(isOver).toBe(true);
  expect(world.pending).toBe(0);
  expect(woken).toEqual([POD]);
});
