import type { Client } from '../../../src/api/client.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import { timeOf } from '../../../src/base/timestamp.ts';
import { withinDeadline } from '../../../src/base/within-deadline.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { EventRecorder } from '../../../src/sdk/events.ts';
import { matchesNodeSelector, type SelectableNode } from '../../kinds/core/v1/node-selection.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { DEVICES_FINALIZER, isReservedFor, podConsumer } from '../../kinds/resource/v1/pod-device-claims.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import { BINDING_CONDITIONS_MS, CLAIM_ATTEMPTS, CLAIM_SHOWN_MS } from '../limits.ts';
import { bindingState } from './binding-conditions.ts';
import type { NodeView } from '../contract.ts';
import type { DeviceAllocator } from './device-allocator.ts';
import type { DraftedClaim } from './extended-claim-draft.ts';
import { ExtendedClaims } from './extended-claims.ts';

export interface DeviceClaimerOptions {
  readonly devices: DeviceAllocator;
  readonly client: Client;
  readonly events: EventRecorder;
  readonly world: World;
  readonly log: Logger;
  /** Devices that were decided on are free again. */
  released(this: void): void;
}

/** Gives the claims of pods the devices that were decided on, and reserves them for the pods before those are bound. */
export class DeviceClaimer {
  readonly plugin = 'DynamicResources';
  readonly limitMs = BINDING_CONDITIONS_MS;
  readonly late = 'device binding timeout: context deadline exceeded';
  readonly #options: DeviceClaimerOptions;
  readonly #extended: ExtendedClaims;
  /** What was decided for pods, by their uids. */
  readonly #decided = new Map<string, Decided>();

  constructor(options: DeviceClaimerOptions) {
    this.#options = options;
    this.#extended = new ExtendedClaims(options);
  }

  waits(pod: Pod): boolean {
    return (pod.spec.resourceClaims ?? []).length > 0 || this.#decided.has(pod.metadata.uid);
  }

  /** From now on nobody else is given what the pod is to get on this node. */
  reserve(pod: Pod, node: NodeView): void {
    const { devices } = this.#options;
    const draft = devices.extendedDraftOf(pod)?.on(node);
    const pending = devices.claimsOf(pod).filter(({ status }) => status.allocation === undefined);
    if (draft !== undefined) pending.push(draft.claim);
    if (pending.length === 0) return;
    const allocation = devices.allocate(pending, node);
    if (allocation.type !== 'allocated')
      throw new Error('running Reserve plugin "DynamicResources": claim allocation not found for node');
    for (const [index, { metadata }] of pending.entries()) {
      const result = allocation.results[index];
      if (result !== undefined) devices.ledger.decide(metadata.uid, result);
    }
    this.#decided.set(pod.metadata.uid, { claims: pending.map(({ metadata }) => metadata.uid), draft });
  }

  /** Resolves once all claims have their devices, are reserved for the pod, and are ready for it. */
  async claim(pod: Pod, node: SelectableNode, signal: AbortSignal): Promise<void> {
    const { uid } = pod.metadata;
    for (const claim of this.#options.devices.claimsOf(pod)) {
      if (!isReservedFor(claim.status, uid)) await this.#write(claim, pod, signal);
    }
    const draft = this.#decided.get(uid)?.draft;
    if (draft !== undefined) await this.#claimExtended(pod, draft, signal);
    this.#decided.delete(uid);
    await this.#ready(pod, node, signal);
  }

  /** What was decided for the pod is free again, and it uses its claims no more: it does not come to its node. */
  async release(pod: Pod): Promise<void> {
    const { devices, client, log, released } = this.#options;
    const { uid } = pod.metadata;
    for (const claim of this.#decided.get(uid)?.claims ?? []) devices.ledger.settle(claim);
    this.#decided.delete(uid);
    released();
    const extended = devices.madeExtendedClaimOf(pod);
    if (extended !== undefined) await this.#extended.remove(extended);
    for (const { metadata, status } of devices.claimsOf(pod)) {
      if (!isReservedFor(status, uid)) continue;
      const body = { metadata: { uid: metadata.uid }, status: { reservedFor: [{ $patch: 'delete', uid }] } };
      const key = { name: metadata.name, namespace: metadata.namespace ?? '' };
      try {
        await client.patch(ResourceClaim, key, { type: 'strategic', body }, { subresource: 'status' });
      } catch (error) {
        log.warn('claim of devices still reserved', { claim: nameOf(metadata), error });
      }
    }
  }

  /**
   * A pod found no node. A claim whose devices are elsewhere than on `nodes` gives them back where nobody else uses it;
   * answers what upstream says of that.
   */
  deallocate(pod: Pod, nodes: readonly SelectableNode[]): string {
    const { devices, client, log, world } = this.#options;
    const claims = devices.claimsOf(pod);
    const extended = devices.madeExtendedClaimOf(pod);
    if (claims.length === 0 && extended === undefined && devices.extendedDraftOf(pod) === undefined)
      return 'no new claims to deallocate';
    const useless = claims.find(claim => {
      const { allocation, reservedFor = [] } = claim.status;
      if (allocation === undefined || reservedFor.some(({ uid }) => uid !== pod.metadata.uid)) return false;
      if (nodes.length > 0 && bindingState(claim, world.clock.now()).type === 'failed') return true;
      const { nodeSelector } = allocation;
      return nodeSelector !== undefined && nodes.some(node => !matchesNodeSelector(nodeSelector, node));
    });
    if (useless === undefined) {
      if (extended === undefined) return 'still not schedulable';
      void this.#extended.remove(extended);
      return 'deletion of ResourceClaim completed';
    }
    client
      .updateStatus(ResourceClaim, { ...useless, status: {} })
      .catch((error: unknown) => log.warn('devices not given back', { claim: nameOf(useless.metadata), error }));
    return 'deallocation of ResourceClaim completed';
  }

  /** What was decided for the draft is the claim's as soon as that is made, which goes again if it cannot be had. */
  async #claimExtended(pod: Pod, draft: DraftedClaim, signal: AbortSignal): Promise<void> {
    const { ledger } = this.#options.devices;
    const made = await this.#extended.make(draft);
    try {
      const decided = ledger.decided(draft.claim.metadata.uid);
      if (decided !== undefined) ledger.decide(made.metadata.uid, decided);
      ledger.settle(draft.claim.metadata.uid);
      await this.#write(made, pod, signal);
      await this.#extended.tell(pod, made, draft);
    } catch (error) {
      ledger.settle(made.metadata.uid);
      await this.#extended.remove(made);
      throw error;
    }
  }

  async #write(claim: ResourceClaim, pod: Pod, signal: AbortSignal): Promise<void> {
    const { devices, client, world } = this.#options;
    const { name, namespace = '', uid } = claim.metadata;
    let current = claim;
    for (let attempt = 1; ; attempt++) {
      try {
        const written = await this.#writeOnce(current, pod);
        const shown = devices.caches.claims.reached(written.metadata.resourceVersion ?? '');
        await withinDeadline(world.timers, CLAIM_SHOWN_MS, `claim ${name} is not shown`, shown, signal);
        devices.ledger.settle(uid);
        return;
      } catch (error) {
        if (attempt >= CLAIM_ATTEMPTS || !(error instanceof Error) || !isStatusError(error.cause, 'Conflict'))
          throw error;
        current = await client.get(ResourceClaim, { name, namespace });
      }
    }
  }

  async #writeOnce(claim: ResourceClaim, pod: Pod): Promise<ResourceClaim> {
    const { devices, client, world } = this.#options;
    const name = nameOf(claim.metadata);
    if (claim.metadata.deletionTimestamp !== undefined) throw new Error(`claim ${name} got deleted in the meantime`);
    const decided = devices.ledger.decided(claim.metadata.uid);
    let current = claim;
    if (decided !== undefined) {
      if (claim.status.allocation !== undefined)
        throw new Error(`claim ${name} got allocated elsewhere in the meantime`);
      current = await this.#protected(claim);
    }
    const now = { allocationTimestamp: timeOf(world.clock.now()) };
    // What others gave the claim does not change any more.
    const allocation = decided === undefined ? claim.status.allocation : { ...now, ...decided };
    if (allocation === undefined) throw new Error(`claim ${name} got deallocated elsewhere in the meantime`);
    const reservedFor = [...(current.status.reservedFor ?? []), podConsumer(pod)];
    const status = { ...current.status, allocation, reservedFor };
    const what = decided === undefined ? 'add reservation' : 'add allocation and reservation';
    return client.updateStatus(ResourceClaim, { ...current, status }).catch(failing(`${what} to claim ${name}`));
  }

  async #protected(claim: ResourceClaim): Promise<ResourceClaim> {
    const { finalizers = [] } = claim.metadata;
    if (finalizers.includes(DEVICES_FINALIZER)) return claim;
    const metadata = { ...claim.metadata, finalizers: [...finalizers, DEVICES_FINALIZER] };
    return this.#options.client
      .update(ResourceClaim, { ...claim, metadata })
      .catch(failing(`add finalizer to claim ${nameOf(claim.metadata)}`));
  }

  /** Waits for what drivers do to devices before pods may come to them; most do nothing. */
  #ready(pod: Pod, { name }: SelectableNode, signal: AbortSignal): Promise<void> {
    const { devices, world, events } = this.#options;
    const states = () => devices.allClaimsOf(pod).map(claim => bindingState(claim, world.clock.now()));
    if (states().every(({ type }) => type === 'ready')) return Promise.resolve();
    const note = `waiting for binding conditions for device on node ${name}`;
    events.event(pod, 'Normal', 'BindingConditionsPending', note);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const look = (): void => {
      const all = states();
      const failed = all.find(state => state.type === 'failed');
      if (failed !== undefined) reject(new Error(failed.message));
      else if (all.every(({ type }) => type === 'ready')) resolve();
    };
    const subscription = devices.caches.claims.subscribe({ changed: look, removed: look });
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    return promise.finally(() => subscription[Symbol.dispose]());
  }
}

interface Decided {
  /** Their uids, the draft's among them. */
  readonly claims: readonly string[];
  readonly draft: DraftedClaim | undefined;
}

const nameOf = ({ namespace = '', name }: ResourceClaim['metadata']): string => `${namespace}/${name}`;

const failing =
  (what: string) =>
  (error: unknown): never => {
    throw new Error(`${what}: ${messageOf(error)}`, { cause: error });
  };
