import type { SelectableNode } from '../../kinds/core/v1/node-selection.ts';
import type { DeviceClass } from '../../kinds/resource/v1/device-class.ts';
import type { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import type { AllocatedDevices } from './allocated-devices.ts';
import type { OfferedDevice, PoolOnNode } from './device-pools.ts';

/** What is looked at to give claims devices on one node. */
export interface AllocationInput {
  readonly node: SelectableNode;
  /** None has an allocation. */
  readonly claims: readonly ResourceClaim[];
  readonly pools: readonly PoolOnNode[];
  readonly allocated: AllocatedDevices;
  classOf(this: void, name: string): DeviceClass | undefined;
  /** Whether an expression of a selector is true for a device, or why that cannot be told. */
  matches(this: void, device: OfferedDevice, expression: string): boolean | { readonly problem: string };
  newShareId(this: void): string;
  /** Whether the search has gone on for too long. */
  isOver(this: void): boolean;
}
