import type { Native } from '../../../native/index.ts';
import type { ContainerDevice } from '../contract.ts';
import { assembleFilter } from './assemble-filter.ts';
import { DEVICE_RULES, ownRules } from './device-rules.ts';

/** Restricts a cgroup v2 directory to the devices of every container by the filter `common`, or to those and its own. */
export async function attachFilter(
  native: Pick<Native, 'loadDeviceFilter' | 'attachDeviceFilter' | 'closeFd'>,
  common: number,
  devices: readonly ContainerDevice[] | undefined,
  directory: string,
): Promise<void> {
  if (devices === undefined) return native.attachDeviceFilter(common, directory);
  const filter = native.loadDeviceFilter(assembleFilter([...DEVICE_RULES, ...ownRules(devices)]));
  try {
    await native.attachDeviceFilter(filter, directory);
  } finally {
    native.closeFd(filter);
  }
}
