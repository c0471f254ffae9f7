import { CodedError } from './coded-error.ts';
import type { World } from './world.ts';

/** What bodies of heavy requests may take of memory. */
export interface PlaceLimits {
  /** Bytes of all together. */
  readonly bytes: number;
  /** Of them, those of one user, who may have one body whatever its size. */
  readonly bytesOfUser: number;
  /** Requests of one user, those that wait included. */
  readonly ofUser: number;
  /** Who has waited so long for a place is told to come again. */
  readonly waitMs: number;
  /** Whose sender was waited for so long has to leave the place to others who wait. */
  readonly lateMs: number;
}

/** Who wants a place. */
export interface Bearer {
  readonly user: string;
  /** As many as it may come to. */
  readonly bytes: number;
  /** Not counted among the requests of its user. */
  readonly isExempt: boolean;
  /** Ends the wait, by its reason. */
  readonly signal: AbortSignal;
  /** How long its sender was waited for so far; 0 while it is not. */
  lateMs(): number;
}

/** A right to hold the bytes of a body until it is disposed of, or others need it more: then its signal aborts. */
export interface Place extends Disposable {
  readonly signal: AbortSignal;
}

/** For who should come again later. */
export class CrowdedError extends CodedError<'TooMany' | 'TooLong' | 'Late'> {
  constructor(code: CrowdedError['code']) {
    super(code, `there is no place: ${code}`);
  }
}

/** So often it is looked who has waited too long, while anybody waits. */
const LOOK_MS = 250;

/**
 * Places for the bodies of heavy requests, so many bytes of them at once. Who finds none waits, users in turn,
 * and not behind others whose user has its share already. Whoever waits gets a place or is refused within `waitMs`.
 */
export class HeavyPlaces {
  readonly #world: Pick<World, 'clock' | 'timers'>;
  readonly #limits: PlaceLimits;
  readonly #taken = new Set<Taken>();
  /** Users in the order of their turns; none without one that waits. */
  readonly #waiting = new Map<string, Waiter[]>();
  #isLooking = false;

  constructor(world: Pick<World, 'clock' | 'timers'>, limits: PlaceLimits) {
    this.#world = world;
    this.#limits = limits;
  }

  /** Rejects with a `CrowdedError`, or the reason of the bearer's signal. */
  take(bearer: Bearer): Promise<Place> {
    const { user, signal, isExempt } = bearer;
    if (signal.aborted) return Promise.reject(signal.reason);
    if (!isExempt && this.#countOf(user) >= this.#limits.ofUser) return Promise.reject(new CrowdedError('TooMany'));
    const { promise, resolve, reject } = Promise.withResolvers<Place>();
    const leave = (): void => this.#refuse(waiter, signal.reason);
    const forget = (): void => signal.removeEventListener('abort', leave);
    const waiter: Waiter = { bearer, sinceMs: this.#world.clock.monotonicMs(), resolve, reject, forget };
    signal.addEventListener('abort', leave);
    const row = this.#waiting.get(user) ?? [];
    this.#waiting.set(user, row);
    row.push(waiter);
    this.#admit();
    this.#look();
    return promise;
  }

  /** Bytes that are taken. */
  get bytes(): number {
    return this.#bytesOf(() => true);
  }

  #admit(): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) this.#enter(next);
  }

  #next(): Waiter | undefined {
    for (const [first] of this.#waiting.values()) {
      if (first === undefined || !this.#isWithinShare(first.bearer)) continue;
      // Nobody overtakes who waits for room, or large bodies would wait for ever.
      return this.#isWithinAll(first.bearer) ? first : undefined;
    }
    return undefined;
  }

  #enter(waiter: Waiter): void {
    this.#leaveRow(waiter);
    const over = new AbortController();
    const taken: Taken = { bearer: waiter.bearer, over };
    this.#taken.add(taken);
    waiter.resolve({
      signal: over.signal,
      [Symbol.dispose]: () => {
        if (this.#taken.delete(taken)) this.#admit();
      },
    });
  }

  #refuse(waiter: Waiter, reason: unknown): void {
    this.#leaveRow(waiter);
    waiter.reject(reason);
    this.#admit();
  }

  /** Its user goes to the end of the row. */
  #leaveRow(waiter: Waiter): void {
    const { user } = waiter.bearer;
    const row = this.#waiting.get(user) ?? [];
    row.splice(row.indexOf(waiter), 1);
    this.#waiting.delete(user);
    if (row.length > 0) this.#waiting.set(user, row);
    waiter.forget();
  }

  #look(): void {
    if (this.#isLooking || this.#waiting.size === 0) return;
    this.#isLooking = true;
    this.#world.timers.after(LOOK_MS, () => {
      this.#isLooking = false;
      const now = this.#world.clock.monotonicMs();
      for (const waiter of [...this.#waiting.values()].flat()) {
        if (now - waiter.sinceMs >= this.#limits.waitMs) this.#refuse(waiter, new CrowdedError('TooLong'));
      }
      for (const [first] of this.#waiting.values()) if (first !== undefined) this.#makeRoom(first.bearer);
      this.#admit();
      this.#look();
    });
  }

  /** Of those in its way who wait for their senders too long, the latest go first, until there is room. */
  #makeRoom(bearer: Bearer): void {
    const late = [...this.#taken]
      .map(taken => ({ taken, ms: taken.bearer.lateMs() }))
      .filter(({ ms }) => ms >= this.#limits.lateMs)
      .toSorted((a, b) => b.ms - a.ms);
    for (const { taken } of late) {
      const isWithinShare = this.#isWithinShare(bearer);
      if (isWithinShare && this.#isWithinAll(bearer)) return;
      if (!isWithinShare && taken.bearer.user !== bearer.user) continue;
      this.#taken.delete(taken);
      taken.over.abort(new CrowdedError('Late'));
    }
  }

  #isWithinShare({ user, bytes }: Bearer): boolean {
    const taken = this.#bytesOf(other => other.user === user);
    return taken === 0 || taken + bytes <= this.#limits.bytesOfUser;
  }

  #isWithinAll({ bytes }: Bearer): boolean {
    return this.#taken.size === 0 || this.bytes + bytes <= this.#limits.bytes;
  }

  #bytesOf(isCounted: (bearer: Bearer) => boolean): number {
    let bytes = 0;
    for (const { bearer } of this.#taken) if (isCounted(bearer)) bytes += bearer.bytes;
    return bytes;
  }

  #countOf(user: string): number {
    let count = this.#waiting.get(user)?.length ?? 0;
    for (const { bearer } of this.#taken) if (bearer.user === user) count += 1;
    return count;
  }
}

interface Taken {
  readonly bearer: Bearer;
  readonly over: AbortController;
}

interface Waiter {
  readonly bearer: Bearer;
  readonly sinceMs: number;
  readonly resolve: (place: Place) => void;
  readonly reject: (reason: unknown) => void;
  /** Its signal. */
  readonly forget: () => void;
}
