import { StatusError } from '../../../src/api/status-error.ts';
import { SUPERUSERS, type UserInfo } from '../../../src/api/user-info.ts';
import { FairTurns } from '../../../src/base/fair-turns.ts';
import type { HeavyLane } from '../../../src/base/heavy-lane.ts';
import { CrowdedError, HeavyPlaces } from '../../../src/base/heavy-places.ts';
import type { World } from '../../../src/base/world.ts';
import { BODY_BYTES, HEAVY_BODY_BYTES, READ_BYTES_PER_MS, type DoorLimits } from '../limits.ts';
import { TOO_MANY } from '../access/turned-away-error.ts';
import { giveBack } from './give-back.ts';
import { GatheredBytes, tooLarge } from './gathered-bytes.ts';
import type { IncomingBody } from './incoming-body.ts';

/** A body of a request; whoever has seen to it disposes of it, so that others find room. */
export interface Body extends Disposable {
  readonly bytes: Buffer;
  readonly isHeavy: boolean;
}

/**
 * Reads bodies: light ones at once, heavy ones by the lane that all heavy work takes, a little a turn, once they
 * have a place. Of what is not read yet the connection holds little, and its sender waits.
 */
export class BodyReader {
  readonly #lane: HeavyLane;
  /** By user. */
  readonly #turns: FairTurns<string>;
  readonly #places: HeavyPlaces;

  constructor(world: Pick<World, 'clock' | 'timers'>, lane: HeavyLane, limits: DoorLimits) {
    this.#lane = lane;
    this.#turns = new FairTurns(world.clock);
    this.#places = new HeavyPlaces(world, {
      bytes: limits.heavyBytes,
      bytesOfUser: limits.heavyBytesOfUser,
      ofUser: limits.heavyOfUser,
      waitMs: limits.heavyWaitMs,
      lateMs: limits.heavyLateMs,
    });
  }

  /** The whole body. Throws 413 for one too large, 429 where there is no place, 400 for one that does not come. */
  async read(incoming: IncomingBody, user: UserInfo): Promise<Body> {
    const { length } = incoming;
    const bytes = new GatheredBytes(length);
    if (length === undefined || length < HEAVY_BODY_BYTES) {
      while (bytes.length < HEAVY_BODY_BYTES && (await incoming.hasMore())) bytes.add(incoming.read());
      if (bytes.length < HEAVY_BODY_BYTES) {
        // A sync of the store answers many writers at once, who then all send their next.
        await this.#turns.take(user.name);
        return { bytes: bytes.all, isHeavy: false, [Symbol.dispose]: () => undefined };
      }
    }
    try {
      if (length !== undefined && length > BODY_BYTES) throw tooLarge();
      return await this.#readHeavy(incoming, user, bytes);
    } catch (error) {
      // There are clients that do not get over an answer before they sent all.
      await this.#drop(incoming, user.name);
      throw error instanceof CrowdedError ? tooMany() : error;
    }
  }

  /** Sees to what was not read of an answered request, so that the connection can be used again, or ends. */
  async finish(incoming: IncomingBody, user: string): Promise<void> {
    if (incoming.isOver || incoming.stop()) return;
    await this.#drop(incoming, user);
    if (!incoming.isOver) incoming.destroy();
  }

  async #readHeavy(incoming: IncomingBody, { name, groups }: UserInfo, bytes: GatheredBytes): Promise<Body> {
    const place = await this.#places.take({
      user: name,
      bytes: incoming.length ?? BODY_BYTES,
      isExempt: groups.includes(SUPERUSERS),
      signal: incoming.gone,
      lateMs: () => incoming.lateMs(),
    });
    const leave = (): void => {
      bytes[Symbol.dispose]();
      place[Symbol.dispose]();
    };
    try {
      while (await incoming.hasMore(place.signal)) await this.#readOn(incoming, name, chunk => bytes.add(chunk));
    } catch (error) {
      leave();
      throw error;
    }
    return { bytes: bytes.all, isHeavy: true, [Symbol.dispose]: leave };
  }

  async #drop(incoming: IncomingBody, user: string): Promise<void> {
    try {
      while (incoming.bytesRead < READ_AT_MOST_BYTES && (await incoming.hasMore())) {
        await this.#readOn(incoming, user, giveBack);
      }
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
    }
  }

  async #readOn(incoming: IncomingBody, user: string, use: (chunk: Buffer) => void): Promise<void> {
    if ((incoming.length ?? BODY_BYTES) < HEAVY_BODY_BYTES) return incoming.readEach(use);
    const before = incoming.bytesRead;
    await this.#lane.runShort(user, () => incoming.readEach(use));
    // To make room makes as many be received and decrypted.
    this.#lane.rest((incoming.bytesRead - before) / READ_BYTES_PER_MS);
  }
}

/** Of what is not wanted no more is read; Go's net/http reads so much beyond the limit before it closes. */
const READ_AT_MOST_BYTES = BODY_BYTES + 256 * 1024;

export const tooMany = (): StatusError =>
  new StatusError('TooManyRequests', TOO_MANY, {
    details: { retryAfterSeconds: 1 },
  });
