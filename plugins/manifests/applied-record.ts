import type { Client } from '../../src/api/client.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { parsed, printed, type Applied, type AppliedObject } from './plan-prune.ts';

const KEY = { name: 'tiphys-manifests', namespace: 'kube-system' } as const;

/** Remembers in the store what was applied from which file, so that what a file loses is found after a restart. */
export class AppliedRecord {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Where the record stands, for events about it; `undefined` before the first file. */
  async object(): Promise<ConfigMap | undefined> {
    try {
      return await this.#client.get(ConfigMap, KEY);
    } catch (error) {
      if (isStatusError(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  async read(): Promise<Applied> {
    const { data = {} } = (await this.object()) ?? {};
    return new Map(Object.entries(data).map(([file, text]) => [file, parsed(text)] as const));
  }

  /** Forgets the file where nothing of it is left. */
  async write(file: string, objects: readonly AppliedObject[]): Promise<void> {
    const data = { [file]: objects.length === 0 ? null : printed(objects) };
    try {
      await this.#client.patch(ConfigMap, KEY, { type: 'merge', body: { data } });
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
      if (objects.length > 0)
        await this.#client.create(ConfigMap, { metadata: KEY, data: { [file]: printed(objects) } });
    }
  }
}
