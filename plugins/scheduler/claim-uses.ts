import { claimsOf } from '../kinds/core/v1/pod-claims.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';

/** How many pods that have a node use each claim. Claims that are a pod's own are nobody else's. */
export class ClaimUses {
  readonly #counts = new Map<string, number>();
  readonly #byPod = new Map<string, readonly string[]>();

  countOf(namespace: string, claim: string): number {
    return this.#counts.get(keyOf(namespace, claim)) ?? 0;
  }

  add(pod: Pod): void {
    const { uid, namespace = '' } = pod.metadata;
    this.remove(uid);
    const keys = [...sharedClaimsOf(pod)].map(name => keyOf(namespace, name));
    if (keys.length === 0) return;
    this.#byPod.set(uid, keys);
    for (const key of keys) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  remove(uid: string): void {
    for (const key of this.#byPod.get(uid) ?? []) {
      const left = (this.#counts.get(key) ?? 0) - 1;
      if (left > 0) this.#counts.set(key, left);
      else this.#counts.delete(key);
    }
    this.#byPod.delete(uid);
  }
}

/** Names of the claims that a pod uses and others may, too. */
export const sharedClaimsOf = (pod: Pod): ReadonlySet<string> =>
  new Set(claimsOf(pod).flatMap(({ name, isOwn }) => (isOwn ? [] : [name])));

const keyOf = (namespace: string, claim: string): string => `${namespace}/${claim}`;
