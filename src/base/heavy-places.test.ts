import { describe, expect, it } from 'vitest';
import { manualWorld } from '../sdk/testing/manual-world.ts';
import { CrowdedError, HeavyPlaces, type Bearer, type Place, type PlaceLimits } from './heavy-places.ts';

const LIMITS: PlaceLimits = { bytes: 100, bytesOfUser: 50, ofUser: 8, waitMs: 15_000, lateMs: 5_000 };

/** Places in a world whose time passes when it is told to. */
class Hall {
  readonly #world = manualWorld();
  readonly places: HeavyPlaces;
  /** Who got a place or was refused, in that order. */
  readonly log: string[] = [];
  readonly held = new Map<string, Place>();

  constructor(limits: Partial<PlaceLimits> = {}) {
    this.places = new HeavyPlaces(this.#world, { ...LIMITS, ...limits });
  }

  /** `name` is the user's, and what comes after a `-`. */
  want(name: string, bytes: number, bearer: Partial<Bearer> = {}): void {
    const user = name.split('-')[0] ?? '';
    const { signal } = new AbortController();
    this.places.take({ user, bytes, isExempt: false, signal, lateMs: () => 0, ...bearer }).then(
      place => {
        this.held.set(name, place);
        this.log.push(name);
      },
      (error: unknown) => this.log.push(`${name}: ${error instanceof CrowdedError ? error.code : String(error)}`),
    );
  }

  leave(name: string): void {
    this.held.get(name)?.[Symbol.dispose]();
    this.held.delete(name);
  }

  pass(ms: number): Promise<void> {
    return this.#world.advance(ms);
  }
}

describe('places of heavy bodies', () => {
  it('are never more bytes than there are, nor than one user may have', async () => {
    const hall = new Hall();
    for (const user of ['a', 'b', 'c']) for (let count = 0; count < 4; count++) hall.want(`${user}-${count}`, 20);
    await hall.pass(0);
    expect(hall.log).toEqual(['a-0', 'a-1', 'b-0', 'b-1', 'c-0']);
    expect(hall.places.bytes).toBe(100);
    hall.leave('b-0');
    await hall.pass(0);
    expect(hall.log.at(-1)).toBe('b-2');
    hall.leave('a-0');
    await hall.pass(0);
    expect(hall.log.at(-1)).toBe('a-2');
    hall.leave('a-1');
    await hall.pass(0);
    expect(hall.log.at(-1)).toBe('c-1');
    expect(hall.places.bytes).toBe(100);
  });

  it('all come to all in the end, whatever sizes and users', async () => {
    let seed = 7;
    const chance = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const hall = new Hall({ ofUser: 1000, waitMs: Number.POSITIVE_INFINITY });
    for (let count = 0; count < 500; count++) {
      hall.want(`${chance(6)}-${count}`, 1 + chance(60));
      await hall.pass(1);
      expect(hall.places.bytes).toBeLessThanOrEqual(100);
      const names = [...hall.held.keys()];
      if (chance(2) === 0) hall.leave(names[chance(names.length || 1)] ?? '');
    }
    for (let rounds = 0; hall.held.size > 0; rounds++) {
      expect(rounds).toBeLessThan(1000);
      for (const name of hall.held.keys()) hall.leave(name);
      await hall.pass(1);
    }
    expect(hall.log.length).toBe(500);
    expect(hall.places.bytes).toBe(0);
  });

  it('go to users in turn, and a large body is not overtaken for ever', async () => {
    const hall = new Hall();
    for (const name of ['a-0', 'b-0']) hall.want(name, 50);
    for (let count = 1; count < 4; count++) hall.want(`a-${count}`, 10);
    hall.want('c-0', 100);
    for (let count = 0; count < 4; count++) hall.want(`d-${count}`, 10);
    await hall.pass(0);
    hall.leave('b-0');
    await hall.pass(0);
    expect(hall.log).toEqual(['a-0', 'b-0']);
    hall.leave('a-0');
    await hall.pass(0);
    expect(hall.log.filter(name => name.startsWith('d'))).toEqual([]);
    for (const name of ['a-1', 'a-2', 'a-3']) hall.leave(name);
    await hall.pass(0);
    expect(hall.log.at(-1)).toBe('c-0');
  });

  it('are not waited for longer than a while, nor by too many of one user', async () => {
    const hall = new Hall({ ofUser: 3 });
    for (let count = 0; count < 5; count++) hall.want(`a-${count}`, 50);
    hall.want('a-exempt', 50, { isExempt: true });
    await hall.pass(0);
    expect(hall.log).toEqual(['a-0', 'a-3: TooMany', 'a-4: TooMany']);
    await hall.pass(14_000);
    expect(hall.log.length).toBe(3);
    await hall.pass(2_000);
    expect(hall.log.slice(3)).toEqual(['a-1: TooLong', 'a-2: TooLong', 'a-exempt: TooLong']);
  });

  it('are left to others by those whose senders are late, the latest first', async () => {
    const hall = new Hall();
    hall.want('a-0', 50, { lateMs: () => 6_000 });
    hall.want('b-0', 50, { lateMs: () => 9_000 });
    await hall.pass(60_000);
    // Nobody waits.
    expect(hall.held.get('b-0')?.signal.aborted).toBe(false);
    hall.want('c-0', 50);
    await hall.pass(1_000);
    expect(hall.log.at(-1)).toBe('c-0');
    expect(hall.held.get('b-0')?.signal.reason).toMatchObject({ code: 'Late' });
    expect(hall.held.get('a-0')?.signal.aborted).toBe(false);
    hall.leave('b-0');
    expect(hall.places.bytes).toBe(100);
  });

  it('of other users are not left for one who has a share', async () => {
    const hall = new Hall();
    hall.want('a-0', 50, { lateMs: () => 6_000 });
    hall.want('b-0', 50);
    hall.want('b-1', 50);
    await hall.pass(1_000);
    expect(hall.held.get('a-0')?.signal.aborted).toBe(false);
    hall.leave('b-0');
    await hall.pass(0);
    expect(hall.log.at(-1)).toBe('b-1');
  });

  it('are not kept for those who went', async () => {
    const hall = new Hall();
    const over = new AbortController();
    for (const name of ['a-0', 'b-0']) hall.want(name, 50);
    hall.want('c-0', 50, { signal: over.signal });
    hall.want('d-0', 50);
    over.abort('gone');
    await hall.pass(0);
    expect(hall.log.at(-1)).toBe('c-0: gone');
    hall.leave('a-0');
    await hall.pass(0);
    expect(hall.log.at(-1)).toBe('d-0');
  });
});
