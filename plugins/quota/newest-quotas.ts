import type { Cache } from '../../src/sdk/caches.ts';
import type { ResourceQuota } from '../kinds/core/v1/resource-quota.ts';

/** Quotas as they are: as the cache shows them, or as this process wrote them if that was later. */
export class NewestQuotas implements Disposable {
  readonly #cache: Cache<ResourceQuota>;
  readonly #written = new Map<string, ResourceQuota>();
  readonly #subscription: Disposable;

  constructor(cache: Cache<ResourceQuota>) {
    this.#cache = cache;
    this.#subscription = cache.subscribe({
      changed: quota => {
        const { uid } = quota.metadata;
        const written = this.#written.get(uid);
        if (written !== undefined && !isLater(written, quota)) this.#written.delete(uid);
      },
      removed: ({ metadata: { uid } }) => void this.#written.delete(uid),
    });
  }

  /** By name. */
  of(namespace: string): readonly ResourceQuota[] {
    const quotas = this.#cache.list(namespace);
    if (quotas.length === 0) return quotas;
    return quotas.map(quota => this.#newer(quota)).toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  get(name: string, namespace: string): ResourceQuota | undefined {
    const quota = this.#cache.get(name, namespace);
    return quota === undefined ? undefined : this.#newer(quota);
  }

  wrote(quota: ResourceQuota): void {
    const { uid } = quota.metadata;
    const shown = this.#cache.byUid(uid);
    if (shown !== undefined && isLater(quota, shown)) this.#written.set(uid, quota);
  }

  #newer(shown: ResourceQuota): ResourceQuota {
    return this.#written.get(shown.metadata.uid) ?? shown;
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }
}

const isLater = (a: ResourceQuota, b: ResourceQuota): boolean =>
  Number(a.metadata.resourceVersion) > Number(b.metadata.resourceVersion);
