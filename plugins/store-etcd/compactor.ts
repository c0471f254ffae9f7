import { StoreError, type Revision } from '../../src/store/store.ts';
import type { EtcdConnection } from './connection.ts';
import { decodeTxn, encodeCompaction } from './messages.ts';

/** Lets etcd forget what this server keeps no more, one request at a time. */
export class Compactor {
  readonly #connection: EtcdConnection;
  #wanted: Revision = 0;
  #done: Revision = 0;
  #running: Promise<void> | undefined;

  constructor(connection: EtcdConnection) {
    this.#connection = connection;
  }

  forget(before: Revision): void {
    this.#wanted = Math.max(this.#wanted, before);
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  async done(): Promise<void> {
    await this.#running;
  }

  /** What fails is left to the next time history is trimmed; another server may have been first. */
  async #run(): Promise<void> {
    while (this.#done < this.#wanted) {
      const revision = this.#wanted;
      try {
        const message = encodeCompaction(revision);
        await this.#connection.call({
          path: '/etcdserverpb.KV/Compact',
          message,
          isRepeatable: true,
          decode: decodeTxn,
        });
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        if (error.code !== 'Compacted') return;
      }
      this.#done = revision;
    }
  }
}
