import type { Client } from '../../../src/api/client.ts';
import { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { isBound, SELECTED_NODE } from '../../kinds/core/v1/volume-binding.ts';
import type { SelectableNode } from '../../kinds/core/v1/node-selection.ts';
import { VOLUMES_BOUND_MS } from '../limits.ts';
import { claimSuppliesOn, type Supply } from './claim-supplies.ts';
import { podClaims, type VolumeCaches } from './pod-claims.ts';

/** Has the claims of a pod bound on the node that was chosen for it. */
export class VolumeClaimer {
  readonly plugin = 'VolumeBinding';
  readonly limitMs = VOLUMES_BOUND_MS;
  readonly late = 'binding volumes: context deadline exceeded';
  readonly #caches: VolumeCaches;
  readonly #client: Client;

  constructor(caches: VolumeCaches, client: Client) {
    this.#caches = caches;
    this.#client = client;
  }

  /** Resolves once claims, volumes and classes are known. */
  get synced(): Promise<unknown> {
    return Promise.all(Object.values(this.#caches).map((cache: { readonly synced: Promise<void> }) => cache.synced));
  }

  /** Whether the pod has to wait for claims before it may be bound. */
  waits(pod: Pod): boolean {
    const claims = podClaims(pod, this.#caches);
    return claims.type === 'ready' && claims.delayed.length > 0;
  }

  /** Resolves once all claims of the pod are bound; rejects when that cannot be, and with the reason of `signal` once it aborts. */
  async claim(pod: Pod, node: SelectableNode, signal: AbortSignal): Promise<void> {
    const claims = podClaims(pod, this.#caches);
    if (claims.type === 'none') return;
    if (claims.type === 'unready') throw new Error(claims.reason);
    const supplies = claimSuppliesOn(node, claims.delayed, this.#caches);
    if (typeof supplies === 'string') throw new Error(`no ${supplies} on node ${node.name}`);
    for (const [claim, supply] of supplies) await this.#ask(claim, supply, node.name);
    await this.#bound(
      claims.delayed.map(({ metadata }) => metadata.uid),
      signal,
    );
  }

  /** The binder does the rest: it sees whom a volume is meant for, and a provisioner sees the node. */
  async #ask({ metadata }: PersistentVolumeClaim, supply: Supply, node: string): Promise<void> {
    const { name, namespace = '', uid, annotations } = metadata;
    if (supply.type === 'provisioner') {
      if (annotations?.[SELECTED_NODE] === node) return;
      const body = { metadata: { uid, annotations: { [SELECTED_NODE]: node } } };
      await this.#client.patch(PersistentVolumeClaim, { name, namespace }, { type: 'merge', body });
      return;
    }
    const { volume } = supply;
    if (volume.spec.claimRef?.uid === uid) return;
    const claimRef = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid };
    await this.#client.update(PersistentVolume, { ...volume, spec: { ...volume.spec, claimRef } });
  }

  #bound(uids: readonly string[], signal: AbortSignal): Promise<void> {
    const { claims } = this.#caches;
    const missing = (): boolean =>
      uids.some(uid => {
        const claim = claims.byUid(uid);
        return claim !== undefined && !isBound(claim);
      });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      if (uids.some(uid => claims.byUid(uid) === undefined)) reject(new Error('a claim is gone'));
      else if (!missing()) resolve();
    };
    const subscription = claims.subscribe({ changed: look, removed: look });
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    look();
    return promise.finally(() => subscription[Symbol.dispose]());
  }
}
