import type { Store } from '../../src/store/store.ts';
import { SERVER_LEASE_SECONDS } from './limits.ts';

const PREFIX = '/registry/masterleases/';

/** Which servers of a cluster run: each keeps a key of its own that goes where it is not renewed, as upstream's do. */
export class ServerLeases {
  readonly #store: Store;
  readonly #address: string;

  constructor(store: Store, address: string) {
    this.#store = store;
    this.#address = address;
  }

  /** Addresses of all servers that run, this one included, in order. */
  async renew(): Promise<readonly string[]> {
    const subsets = [{ addresses: [{ ip: this.#address }] }];
    const value = Buffer.from(JSON.stringify({ kind: 'Endpoints', apiVersion: 'v1', subsets }));
    await this.#store.transact({ guards: [], writes: [{ put: this.#key, value, ttlSeconds: SERVER_LEASE_SECONDS }] });
    return this.#all();
  }

  /** Addresses of those that run on without this one. */
  async leave(): Promise<readonly string[]> {
    await this.#store.transact({ guards: [], writes: [{ delete: this.#key }] });
    return this.#all();
  }

  get #key(): string {
    return `${PREFIX}${this.#address}`;
  }

  async #all(): Promise<readonly string[]> {
    const { entries } = await this.#store.list(PREFIX);
    return entries.map(({ key }) => key.slice(PREFIX.length));
  }
}
