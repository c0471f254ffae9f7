import type { DeviceClass } from '../../kinds/resource/v1/device-class.ts';
import type { DeviceDemand } from './device-requests.ts';
import type { OfferedDevice } from './device-pools.ts';

/** A claim is given so many devices at most. */
export const MAX_DEVICES = 32;

/** A demand that is looked for. */
export interface Demand extends Omit<DeviceDemand, 'count'> {
  readonly deviceClass: DeviceClass;
  /** Whether class and request select the device. Throws an `AllocationProblem`. */
  selects(this: void, device: OfferedDevice): boolean;
  readonly count: number;
  /** Those, where all are demanded. */
  readonly all: readonly OfferedDevice[] | undefined;
}

/** A device that was given to a demand. */
export interface GivenDevice {
  /** Of the claim among those that are looked at. */
  readonly place: number;
  readonly request: Demand;
  readonly offered: OfferedDevice;
  /** Where others may have it, too. */
  readonly share: { readonly id: string; readonly capacity: Readonly<Record<string, string>> } | undefined;
}

/** No node is fit, as nothing can be told of them. */
export class AllocationProblem extends Error {}
