import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { SERVER_RENEW_MS } from './limits.ts';
import type { ServerLeases } from './server-leases.ts';

export interface RenewalParts {
  readonly leases: ServerLeases;
  readonly world: Pick<World, 'timers'>;
  readonly log: Logger;
  /** Told of the servers that run, also where they are the same as before: another may have told something else. */
  readonly tell: (addresses: readonly string[]) => Promise<void>;
}

/** Says again and again that this server runs. */
export class Renewal {
  readonly #parts: RenewalParts;
  #timer: Disposable | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: RenewalParts) {
    this.#parts = parts;
  }

  async begin(): Promise<void> {
    const { leases, world, log, tell } = this.#parts;
    const renew = async (): Promise<void> => tell(await leases.renew());
    await renew();
    this.#timer = world.timers.every(SERVER_RENEW_MS, () => {
      this.#running = renew().catch((error: unknown) => log.error('endpoints not renewed', { error: String(error) }));
    });
  }

  /** This server runs no more; what cannot be told any more is found out by the others in time. */
  async end(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    await this.#running;
    const { leases, log, tell } = this.#parts;
    try {
      await tell(await leases.leave());
    } catch (error) {
      log.info('the others were not told that this server ends', { error: String(error) });
    }
  }
}
