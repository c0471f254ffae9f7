import { parseQuantity, wholeUnits } from '../../../src/base/quantity.ts';
import type { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import type { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';

/** What a volume has to be made to hold on its node. */
export interface Growth {
  readonly storage: string;
  readonly bytes: number;
}

/** A volume that grew, and whose claim does not tell so yet: the node's part is missing. `undefined` where it is not. */
export function growthOf({ status }: PersistentVolumeClaim, { spec }: PersistentVolume): Growth | undefined {
  const [has, storage] = [status.capacity?.['storage'], spec.capacity?.['storage']];
  if (has === undefined || storage === undefined) return undefined;
  if (status.allocatedResourceStatuses?.['storage'] === 'NodeResizeInfeasible') return undefined;
  const wanted = parseQuantity(storage);
  return wanted.nano > parseQuantity(has).nano ? { storage, bytes: wholeUnits(wanted) } : undefined;
}

const OF_GROWTH: readonly string[] = ['Resizing', 'FileSystemResizePending'];

/** The claim's status once that is done, as a merge patch. */
export const grownStatus = ({ status }: PersistentVolumeClaim, { storage }: Growth) => ({
  capacity: { storage },
  conditions: (status.conditions ?? []).filter(({ type }) => !OF_GROWTH.includes(type)),
  allocatedResourceStatuses: { storage: null },
});
