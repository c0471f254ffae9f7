import type { Client } from '../../src/api/client.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import type { Cache } from '../../src/sdk/caches.ts';
import type { Service } from '../kinds/core/v1/service.ts';
import { IPAddress } from '../kinds/networking/v1/ip-address.ts';
import { addressOf, isOf } from './service-address.ts';

/** Who has which address: whoever's object of that name there is. */
export class IpAddresses {
  readonly #client: Client;
  readonly #known: Cache<IPAddress>;

  constructor(client: Client, known: Cache<IPAddress>) {
    this.#client = client;
    this.#known = known;
  }

  get synced(): Promise<void> {
    return this.#known.synced;
  }

  /** As far as is known here; `take` has the last word. */
  isTaken(address: string): boolean {
    return this.#known.get(address) !== undefined;
  }

  /** Whether `service` has it now; `false` if it is another's. */
  async take(address: string, service: Service): Promise<boolean> {
    try {
      await this.#client.create(IPAddress, addressOf(address, service));
      return true;
    } catch (error) {
      if (isStatusError(error, 'AlreadyExists')) return false;
      throw error;
    }
  }

  /** Gives back what `service` has of it. */
  async giveBack(address: string, service: Service): Promise<void> {
    try {
      const found = await this.#client.get(IPAddress, { name: address });
      if (!isOf(found, service)) return;
      await this.#client.delete(IPAddress, { name: address }, { preconditions: { uid: found.metadata.uid } });
    } catch (error) {
      // Another one's by now, or gone.
      if (!isStatusError(error, 'NotFound') && !isStatusError(error, 'Conflict')) throw error;
    }
  }
}
