import type { DeviceSelector, DeviceToleration } from '../../kinds/resource/v1/device-selector.ts';
import type { DeviceRequest, DeviceSubRequest } from '../../kinds/resource/v1/resource-claim-spec.ts';

/** One way to satisfy a request of a claim. */
export interface DeviceDemand {
  /** `request`, or `request/subrequest`. */
  readonly name: string;
  /** Of the request, whichever its way. */
  readonly base: string;
  /** As messages call it. */
  readonly said: string;
  readonly className: string;
  readonly selectors: readonly DeviceSelector[];
  /** All that there are unless it is said. */
  readonly count: number | undefined;
  /** Devices that are in use do as well. */
  readonly isAdmin: boolean;
  readonly tolerations: readonly DeviceToleration[] | undefined;
  readonly capacity: Readonly<Record<string, string>> | undefined;
}

/** The ways to satisfy a request, best first. */
export function demandsOf({ name, exactly, firstAvailable = [] }: DeviceRequest): readonly DeviceDemand[] {
  if (exactly !== undefined)
    return [{ ...demandOf(exactly), name, base: name, said: name, isAdmin: exactly.adminAccess === true }];
  return firstAvailable.map(sub => ({
    ...demandOf(sub),
    name: `${name}/${sub.name}`,
    base: name,
    said: sub.name,
    isAdmin: false,
  }));
}

type Asked = Omit<DeviceSubRequest, 'name'>;

const demandOf = ({ deviceClassName, selectors = [], allocationMode, count = 1, tolerations, capacity }: Asked) => ({
  className: deviceClassName,
  selectors,
  count: allocationMode === 'All' ? undefined : count,
  tolerations,
  capacity: capacity?.requests,
});
