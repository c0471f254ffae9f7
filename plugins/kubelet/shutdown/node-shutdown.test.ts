import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { native } from '../../../native/index.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import { LOGIND_RETRY } from '../limits.ts';
import { Logind } from '../logind/logind.ts';
import { FakeLogind, hasBusDaemon } from '../testing/fake-logind.ts';
import { podOf } from '../testing/pod-fixtures.ts';
import type { Expulsion } from '../worker/expulsion.ts';
import { NodeShutdown, type ShutdownDeps } from './node-shutdown.ts';

if (!hasBusDaemon) console.warn('! no dbus-daemon (apt-get install dbus-daemon): a graceful shutdown is NOT tested');

const CRITICAL = 2_000_000_000;
const PERIODS = [
  { priority: 0, shutdownGracePeriodSeconds: 20 },
  { priority: CRITICAL, shutdownGracePeriodSeconds: 10 },
];
const world = hostWorld();

/** A node whose pods end when a test says so. */
class TestNode {
  readonly said: string[] = [];
  readonly expelled = new Map<string, Expulsion>();
  readonly stop = new AbortController();
  readonly #ends = new Map<string, () => void>();
  readonly #pods: readonly (readonly [name: string, priority: number, graceSeconds: number])[];
  readonly shutdown: NodeShutdown;

  constructor(deps: Pick<ShutdownDeps, 'open' | 'world'>, ...pods: readonly (readonly [string, number, number])[]) {
    this.#pods = pods;
    this.shutdown = new NodeShutdown({
      ...deps,
      log: silentLogger,
      periods: PERIODS,
      pods: () => this.#pods.map(([name, priority, seconds]) => this.#pod(name, priority, seconds)),
      report: () => this.said.push('report'),
      tell: (type, reason, message) => this.said.push(`${type} ${reason}: ${message}`),
      signal: this.stop.signal,
    });
  }

  #pod(name: string, priority: number, terminationGracePeriodSeconds: number) {
    const pod = podOf({ priority, terminationGracePeriodSeconds });
    return {
      pod: { ...pod, metadata: { ...pod.metadata, name } },
      expel: (expulsion: Expulsion) => {
        this.expelled.set(name, expulsion);
        return new Promise<void>(resolve => this.#ends.set(name, resolve));
      },
    };
  }

  end(name: string) {
    this.#ends.get(name)?.();
  }
}

describe.skipIf(!hasBusDaemon)('a machine with a logind', () => {
  let logind: FakeLogind;
  beforeEach(async () => {
    logind = await FakeLogind.start();
  });
  afterEach(() => logind[Symbol.asyncDispose]());

  const open: ShutdownDeps['open'] = handlers =>
    Logind.open({ native: native(), ...world, bus: logind.socket, settings: logind.settings }, handlers);
  const held = (is: boolean) => expect.poll(() => logind.isHeldUp, { timeout: 10_000 }).toBe(is);

  it('waits for its pods when it goes down, those that matter most at last', async () => {
    const node = new TestNode({ open, world }, ['plain', 10, 30], ['short', 0, 5], ['critical', CRITICAL, 30]);
    const running = node.shutdown.run();
    await held(true);
    expect(logind.asked).toContain('KillUnit systemd-logind.service all 1');
    expect(logind.delayMs).toBe(30_000);
    expect([node.shutdown.problem, node.shutdown.refusal]).toEqual([undefined, undefined]);

    logind.prepareForShutdown(true);
    await expect.poll(() => [...node.expelled.keys()]).toEqual(['plain', 'short']);
    expect(node.said).toEqual(['Normal NodeShutdown: Shutdown manager detected shutdown event', 'report']);
    expect(node.shutdown.problem).toBe('node is shutting down');
    expect(node.shutdown.refusal).toEqual({
      reason: 'NodeShutdown',
      message: 'Pod was rejected as the node is shutting down.',
    });
    const message = 'Pod was terminated in response to imminent node shutdown.';
    expect(node.expelled.get('plain')).toMatchObject({
      reason: 'Terminated',
      message,
      disruption: message,
      graceMs: 20_000,
    });
    expect(node.expelled.get('short')).toMatchObject({ graceMs: 5000 });
    node.end('plain');
    node.end('short');
    await expect.poll(() => node.expelled.get('critical')?.graceMs).toBe(10_000);
    expect(logind.isHeldUp).toBe(true);
    node.end('critical');
    await held(false);

    logind.prepareForShutdown(false);
    await held(true);
    expect([node.shutdown.problem, node.said.at(-2)]).toEqual([
      undefined,
      'Normal NodeShutdown: Shutdown manager detected shutdown cancellation',
    ]);
    node.stop.abort();
    await running;
    await held(false);
  });

  it('is held up no longer than it was said, though pods do not end', async () => {
    const manual = manualWorld();
    const node = new TestNode({ open, world: manual }, ['stubborn', 0, 30]);
    void node.shutdown.run();
    await held(true);
    logind.prepareForShutdown(true);
    await expect.poll(() => node.expelled.size).toBe(1);
    await manual.advance(20_000);
    await held(false);
    node.stop.abort();
  });
});

it('asks again for a logind that is not there, or went', async () => {
  const manual = manualWorld();
  const opened: (() => void)[] = [];
  let fails = true;
  const inhibit = async () => ({ [Symbol.dispose]: () => undefined });
  const node = new TestNode({
    world: manual,
    open: async handlers => {
      if (fails) throw new Error('ENOENT');
      opened.push(() => handlers.ended(new Error('gone') as never));
      return { inhibit, allowMs: async () => undefined, [Symbol.dispose]: () => undefined };
    },
  });
  void node.shutdown.run();
  await manual.advance(LOGIND_RETRY.capMs);
  expect(opened).toHaveLength(0);
  fails = false;
  await manual.advance(LOGIND_RETRY.capMs);
  expect(opened).toHaveLength(1);
  opened[0]?.();
  await manual.advance(LOGIND_RETRY.capMs);
  expect(opened).toHaveLength(2);
  node.stop.abort();
});
