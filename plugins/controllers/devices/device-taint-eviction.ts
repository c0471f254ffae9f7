import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import type { Key } from '../../../src/api/client.ts';
import { timeMs } from '../../../src/base/timestamp.ts';
import type { CacheIndex } from '../../../src/sdk/caches.ts';
import { reads, type Controller } from '../../../src/sdk/controller.ts';
import type { DeviceTaint } from '../../kinds/resource/v1/device-selector.ts';
import { toleratesDevice } from '../../kinds/resource/v1/tolerates-device.ts';
import { usedDeviceClaimsOf, foreignDeviceClaim, isReservedFor } from '../../kinds/resource/v1/pod-device-claims.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import type { DeviceRequestAllocationResult } from '../../kinds/resource/v1/resource-claim-status.ts';
import { ResourceSlice } from '../../kinds/resource/v1/resource-slice.ts';
import { evictWhenDue } from '../node-lifecycle/evict-when-due.ts';

const poolOf = (driver: string, pool: string): string => `${driver}/${pool}`;

const CLAIMS_OF_POOL: CacheIndex<ResourceClaim> = {
  name: 'device-taints/pool',
  keysOf: ({ status }) => (status.allocation?.devices.results ?? []).map(({ driver, pool }) => poolOf(driver, pool)),
};
const SLICES_OF_POOL: CacheIndex<ResourceSlice> = {
  name: 'device-taints/pool',
  keysOf: ({ spec }) => [poolOf(spec.driver, spec.pool.name)],
};

const usersOf = ({ metadata: { namespace = '' }, status: { reservedFor = [] } }: ResourceClaim): readonly Key[] =>
  reservedFor.map(({ name }) => ({ namespace, name }));

/** By device. */
const evicting = ({ spec }: ResourceSlice): readonly (readonly [string, readonly DeviceTaint[]])[] =>
  (spec.devices ?? []).flatMap(({ name, taints = [] }) => {
    const its = taints.filter(({ effect }) => effect === 'NoExecute');
    return its.length === 0 ? [] : [[name, its] as const];
  });

/** Ends pods whose devices got taints of `NoExecute` that their claims do not tolerate, or no longer. */
export const deviceTaintEviction = (): Controller =>
  evictWhenDue({
    name: 'device-taint-eviction-controller',
    reads: [
      reads(ResourceClaim, usersOf),
      reads(
        ResourceSlice,
        ({ spec }, caches) =>
          caches.of(ResourceClaim).indexed(CLAIMS_OF_POOL, poolOf(spec.driver, spec.pool.name)).flatMap(usersOf),
        (now, before) => !isDeepEqual(evicting(now), evicting(before)),
      ),
    ],
    condition: {
      reason: 'DeletionByDeviceTaintManager',
      message: 'Device Taint manager: deleting due to NoExecute taint',
    },
    event: {
      reason: 'DeviceTaintManagerEviction',
      marking: () => 'Marking for deletion',
      cancelling: () => 'Cancelling deletion',
    },
    concerns: pod => usedDeviceClaimsOf(pod).length > 0,
    dueMs: (pod, caches, sinceMs) => {
      const dues = usedDeviceClaimsOf(pod).flatMap(({ claim: name = '', isOwn }) => {
        const claim = caches.of(ResourceClaim).get(name, pod.metadata.namespace);
        if (claim === undefined || !isReservedFor(claim.status, pod.metadata.uid)) return [];
        if (isOwn && foreignDeviceClaim(pod, claim) !== undefined) return [];
        return (claim.status.allocation?.devices.results ?? []).flatMap(result => {
          const slices = caches.of(ResourceSlice).indexed(SLICES_OF_POOL, poolOf(result.driver, result.pool));
          return taintsOf(result.device, slices).flatMap(taint => dueMs(taint, result, sinceMs) ?? []);
        });
      });
      return dues.length === 0 ? undefined : Math.min(...dues);
    },
  });

/** As its driver tells them last. */
function taintsOf(device: string, slices: readonly ResourceSlice[]): readonly DeviceTaint[] {
  const newest = Math.max(...slices.map(({ spec }) => spec.pool.generation));
  return slices
    .filter(({ spec }) => spec.pool.generation === newest)
    .flatMap(slice => evicting(slice).flatMap(([name, taints]) => (name === device ? taints : [])));
}

/** After the shortest time that a toleration leaves; undefined where one leaves all time. */
function dueMs(
  taint: DeviceTaint,
  { tolerations = [] }: DeviceRequestAllocationResult,
  sinceMs: number,
): number | undefined {
  const used = tolerations
    .filter(({ effect = '' }) => effect === 'NoExecute')
    .filter(one => toleratesDevice(one, taint));
  if (used.some(({ tolerationSeconds }) => tolerationSeconds === undefined)) return undefined;
  const seconds = used.map(({ tolerationSeconds = 0 }) => Math.max(tolerationSeconds, 0));
  return (timeMs(taint.timeAdded) ?? sinceMs) + (seconds.length === 0 ? 0 : Math.min(...seconds)) * 1000;
}
