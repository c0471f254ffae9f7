import type { World } from '../../../src/base/world.ts';
import type { Cache } from '../../../src/sdk/caches.ts';
import { byController } from '../../../src/sdk/controller-reference.ts';
import type { SelectableNode } from '../../kinds/core/v1/node-selection.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { DeviceClass } from '../../kinds/resource/v1/device-class.ts';
import {
  canBeReserved,
  deviceClaimsOf,
  foreignDeviceClaim,
  isReservedFor,
} from '../../kinds/resource/v1/pod-device-claims.ts';
import { classesByResource, isExtendedClaim } from '../../kinds/resource/v1/extended-device-claim.ts';
import type { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import type { ResourceSlice } from '../../kinds/resource/v1/resource-slice.ts';
import { ALLOCATION_MS } from '../limits.ts';
import { podRequests } from '../pod-requests.ts';
import { allocateDevices, type DeviceAllocation } from './allocate-devices.ts';
import { DeviceLedger } from './allocated-devices.ts';
import { DeviceMatcher } from './device-matcher.ts';
import { DevicePools } from './device-pools.ts';
import { demandsOf } from './device-requests.ts';
import { ExtendedClaimDraft } from './extended-claim-draft.ts';

export interface DeviceCaches {
  readonly claims: Cache<ResourceClaim>;
  readonly classes: Cache<DeviceClass>;
  readonly slices: Cache<ResourceSlice>;
}

/** Finds devices for the claims of pods among those that slices offer and nobody has. */
export class DeviceAllocator {
  readonly caches: DeviceCaches;
  readonly ledger = new DeviceLedger();
  readonly #world: World;
  readonly #matcher = new DeviceMatcher();
  #pools: DevicePools | undefined;
  /** Classes by the extended resources that their devices are. */
  #classes: ReadonlyMap<string, string> | undefined;

  constructor(caches: DeviceCaches, world: World) {
    this.caches = caches;
    this.#world = world;
  }

  /** Until it is disposed of: sees what claims were given and what slices offer. */
  follow(): Disposable {
    const forget = (): void => {
      this.#pools = undefined;
    };
    const forgetClasses = (): void => {
      this.#classes = undefined;
    };
    const subscriptions = [
      this.caches.claims.subscribe({
        changed: claim => this.ledger.seen(claim),
        removed: claim => this.ledger.gone(claim),
      }),
      this.caches.slices.subscribe({ changed: forget, removed: forget }),
      this.caches.classes.subscribe({ changed: forgetClasses, removed: forgetClasses }),
    ];
    return { [Symbol.dispose]: () => subscriptions.forEach(subscription => subscription[Symbol.dispose]()) };
  }

  /** Resolves once claims, classes and slices are known. */
  get synced(): Promise<unknown> {
    return Promise.all([this.caches.claims.synced, this.caches.classes.synced, this.caches.slices.synced]);
  }

  /** Those of a pod that are there. */
  claimsOf(pod: Pod): readonly ResourceClaim[] {
    return deviceClaimsOf(pod).flatMap(({ claim = '' }) => this.caches.claims.get(claim, pod.metadata.namespace) ?? []);
  }

  /** And the one that was made for its extended resources. */
  allClaimsOf(pod: Pod): readonly ResourceClaim[] {
    return [...this.claimsOf(pod), ...this.#extendedClaimsOf(pod)];
  }

  /** Whether devices of a class stand for a resource that pods request. */
  isDevices(resource: string): boolean {
    return this.#classesByResource().has(resource);
  }

  /** The claim that a pod needs for its extended resources; undefined where no class stands for any of them. */
  extendedDraftOf(pod: Pod): ExtendedClaimDraft | undefined {
    const { others } = podRequests(pod).requested;
    if (others.size === 0) return undefined;
    const classes = this.#classesByResource();
    const own = [...others].flatMap(([name, amount]) => {
      const deviceClass = amount === 0 ? undefined : classes.get(name);
      return deviceClass === undefined ? [] : [[name, deviceClass] as const];
    });
    return own.length === 0 ? undefined : new ExtendedClaimDraft(pod, new Map(own));
  }

  /** The one that was made for a pod before, which did not come to its node: what was decided then may not do now. */
  madeExtendedClaimOf(pod: Pod): ResourceClaim | undefined {
    return this.#extendedClaimsOf(pod)[0];
  }

  /** Whether a claim of the pod is not there yet, or is going, or is another's. */
  lacksClaims(pod: Pod): boolean {
    return deviceClaimsOf(pod).some(({ claim: name = '', isOwn }) => {
      const claim = this.caches.claims.get(name, pod.metadata.namespace);
      if (claim === undefined || claim.metadata.deletionTimestamp !== undefined) return true;
      return isOwn && foreignDeviceClaim(pod, claim) !== undefined;
    });
  }

  /** What keeps a pod from all nodes though its claims are there, in upstream's words. */
  obstacleOf(pod: Pod): string | undefined {
    for (const claim of this.claimsOf(pod)) {
      const obstacle = this.#hindranceOf(pod, claim);
      if (obstacle !== undefined) return obstacle;
    }
    return undefined;
  }

  /** Devices on one node for claims that have none yet. */
  allocate(claims: readonly ResourceClaim[], node: SelectableNode): DeviceAllocation {
    const { clock, random } = this.#world;
    const untilMs = clock.monotonicMs() + ALLOCATION_MS;
    this.#pools ??= new DevicePools(this.caches.slices.list());
    return allocateDevices({
      node,
      claims,
      pools: this.#pools.on(node),
      allocated: this.ledger,
      classOf: name => this.caches.classes.get(name),
      matches: (device, expression) => this.#matcher.matches(device, expression),
      newShareId: () => random.uuid(),
      isOver: () => clock.monotonicMs() > untilMs,
    });
  }

  #extendedClaimsOf({ metadata }: Pod): readonly ResourceClaim[] {
    return this.caches.claims.indexed(byController, metadata.uid).filter(isExtendedClaim);
  }

  #classesByResource(): ReadonlyMap<string, string> {
    return (this.#classes ??= classesByResource(this.caches.classes.list()));
  }

  #hindranceOf(pod: Pod, { metadata, spec, status }: ResourceClaim): string | undefined {
    if (status.allocation !== undefined)
      return canBeReserved(status) || isReservedFor(status, pod.metadata.uid) ? undefined : 'resourceclaim in use';
    const claim = `resource claim ${metadata.namespace ?? ''}/${metadata.name}`;
    if (this.ledger.decided(metadata.uid) !== undefined) return `${claim} is in the process of being allocated`;
    for (const request of spec.devices.requests ?? []) {
      const demands = demandsOf(request);
      if (demands.length === 0) return `${claim}, request ${request.name}: unknown request type`;
      const without = demands.find(({ className }) => this.caches.classes.get(className) === undefined);
      if (without !== undefined) return `request ${without.name}: device class ${without.className} does not exist`;
    }
    return undefined;
  }
}
