import { describe, expect, it } from 'vitest';
import { HeavyLane, type LaneLimits } from './heavy-lane.ts';
import { Steps } from './steps.ts';
import type { Timers } from './world.ts';

const LIMITS: LaneLimits = { rest: 2, shortMs: 3, share: 0.01, burstMs: 50 };

/** A lane in a world whose time passes while steps work and while it waits. */
class Road {
  nowMs = 1000;
  /** How long others had the processor meanwhile. */
  keptMs = 0;
  /** When each step began, by whom, and how long it took. */
  readonly log: { readonly user: string; readonly atMs: number; readonly ms: number }[] = [];
  readonly #due = new Set<{ readonly atMs: number; readonly run: () => void }>();
  readonly clock = { now: () => this.nowMs, monotonicMs: () => this.nowMs, cpuMs: () => this.nowMs - this.keptMs };
  readonly timers: Timers = {
    after: (delayMs, run) => {
      const due = { atMs: this.nowMs + delayMs, run };
      this.#due.add(due);
      return { [Symbol.dispose]: () => void this.#due.delete(due) };
    },
    every: () => ({ [Symbol.dispose]: () => undefined }),
    sleep: () => Promise.resolve(),
  };
  readonly lane = new HeavyLane(this, LIMITS);

  step(user: string, ms: number): Promise<void> {
    return this.lane.run(user, this.work(user, ms));
  }

  work(user: string, ms: number): () => void {
    return () => {
      this.log.push({ user, atMs: this.nowMs, ms });
      this.nowMs += ms;
    };
  }

  /** Lets all that is under way come to its end. */
  async drive(untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    for (;;) {
      for (let round = 0; round < 3; round++) await new Promise<void>(resolve => void setImmediate(resolve));
      const [next] = [...this.#due].toSorted((a, b) => a.atMs - b.atMs);
      if (next === undefined || next.atMs > untilMs) return;
      this.#due.delete(next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
    }
  }

  of(user: string): readonly number[] {
    return this.log.filter(each => each.user === user).map(({ atMs }) => atMs);
  }
}

describe('the lane of heavy requests', () => {
  it('leaves two thirds of the loop to others', async () => {
    const road = new Road();
    const began = road.nowMs;
    void Promise.all(Array.from({ length: 100 }, () => road.step('a', 3)));
    await road.drive();
    const worked = road.log.reduce((sum, { ms }) => sum + ms, 0);
    expect(worked).toBe(300);
    expect(road.nowMs - began).toBeGreaterThan(worked * 2.5);
    expect(road.nowMs - began).toBeLessThan(worked * 3.5);
  });

  it('takes users in turn, whoever has more', async () => {
    const road = new Road();
    void Promise.all(Array.from({ length: 5 }, () => road.step('many', 2)));
    void Promise.all(Array.from({ length: 2 }, () => road.step('few', 2)));
    await road.drive();
    expect(road.log.map(({ user }) => user)).toEqual(['many', 'few', 'many', 'few', 'many', 'many', 'many']);
  });

  it('lets no more than one in a hundred of others wait longer than a short hold takes, after a burst', async () => {
    const road = new Road();
    const began = road.nowMs;
    void Promise.all(Array.from({ length: 40 }, () => road.step('a', 13)));
    await road.drive();
    const beyond = road.log.length * (13 - LIMITS.shortMs) - LIMITS.burstMs;
    // The last one is not waited for.
    expect((road.of('a').at(-1) ?? 0) - began).toBeGreaterThan((beyond - 20) / LIMITS.share);
    // The burst goes at the pace of rests alone.
    expect((road.of('a')[4] ?? 0) - began).toBeLessThan(4 * 13 * 4);
  });

  it('makes nobody else wait for what one owes', async () => {
    const road = new Road();
    void Promise.all(Array.from({ length: 20 }, () => road.step('owes', 23)));
    await road.drive(road.nowMs + 1000);
    const came = road.nowMs;
    void Promise.all([road.step('b', 23), road.step('b', 23)]);
    await road.drive(road.nowMs + 500);
    expect((road.of('b')[1] ?? Number.POSITIVE_INFINITY) - came).toBeLessThan(300);
    expect(road.of('owes').length).toBeLessThan(10);
    expect(road.of('b').length).toBe(2);
  });

  it('goes on with what is known to be short, also for one who owes', async () => {
    const road = new Road();
    void Promise.all(Array.from({ length: 20 }, () => road.step('owes', 23)));
    await road.drive(road.nowMs + 1000);
    const [came, before] = [road.nowMs, road.log.length];
    void Promise.all(Array.from({ length: 10 }, () => road.lane.runShort('owes', road.work('owes', 1))));
    await road.drive(road.nowMs + 500);
    const short = road.log.slice(before).filter(({ ms }) => ms === 1);
    expect(short.length).toBe(10);
    // In the lane's pace all the same.
    expect((short.at(-1)?.atMs ?? 0) - came).toBeGreaterThanOrEqual(9 * 3 - 2);
  });

  it('rests for what was done besides steps', async () => {
    const road = new Road();
    const began = road.nowMs;
    road.lane.rest(5);
    road.lane.rest(5);
    void road.step('a', 1);
    await road.drive();
    expect((road.of('a')[0] ?? 0) - began).toBe(20);
  });

  it('forgives what was owed as time goes by', async () => {
    const road = new Road();
    void Promise.all(Array.from({ length: 4 }, () => road.step('a', 23)));
    await road.drive();
    road.nowMs += 60_000;
    const came = road.nowMs;
    void Promise.all([road.step('a', 13), road.step('a', 13)]);
    await road.drive();
    expect((road.of('a').at(-1) ?? Number.POSITIVE_INFINITY) - came).toBeLessThan(100);
  });

  it('tells whoever asked what came of a step, and goes on after one that failed', async () => {
    const road = new Road();
    const failed = road.lane.run('a', () => {
      throw new RangeError('too much');
    });
    await expect(failed).rejects.toThrow('too much');
    await expect(road.lane.run('a', () => 7)).resolves.toBe(7);
  });
});

describe('the steps of a request', () => {
  it('go on at once while they are short', async () => {
    const road = new Road();
    const steps = new Steps(road.clock, road.lane, 'a');
    for (let count = 0; count < 3; count++) await steps.run(road.work('a', 1));
    expect(road.log.length).toBe(3);
  });

  it('go by the lane once they took long, or are known to', async () => {
    const road = new Road();
    const long = new Steps(road.clock, road.lane, 'long');
    // The first is noticed, the second measured.
    for (let count = 0; count < 2; count++) await long.run(road.work('long', 10));
    const known = new Steps(road.clock, road.lane, 'known');
    known.expectHeavy();
    void long.run(road.work('long', 10));
    void known.run(road.work('known', 10));
    expect(road.log.length).toBe(2);
    await road.drive();
    expect(road.log.map(({ user }) => user)).toEqual(['long', 'long', 'long', 'known']);
  });

  it('of many small things are as many at once as fit into a short one, in their order', async () => {
    const road = new Road();
    const steps = new Steps(road.clock, road.lane, 'a');
    steps.expectHeavy();
    const taken: number[] = [];
    const all = steps.each([...Array(20).keys()], item => {
      road.work('a', 0.5)();
      taken.push(item);
    });
    await road.drive();
    await all;
    expect(taken).toEqual([...Array(20).keys()]);
    const began = road.of('a');
    const rests = began.flatMap((atMs, at) => (atMs - (began[at - 1] ?? atMs) > 0.5 ? [at] : []));
    expect(rests).toEqual([4, 8, 12, 16]);
    const none = steps.each([], () => taken.push(-1));
    await road.drive();
    await expect(none).resolves.toBeUndefined();
  });

  it('go on at once however long others have the processor', async () => {
    const road = new Road();
    const steps = new Steps(road.clock, road.lane, 'a');
    const kept = (): void => {
      road.work('a', 20)();
      road.keptMs += 20;
    };
    for (let count = 0; count < 4; count++) void steps.run(kept);
    expect(road.log.length).toBe(4);
  });
});
