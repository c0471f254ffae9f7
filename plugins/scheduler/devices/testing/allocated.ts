import type { InputOf } from '../../../../src/api/resource.ts';
import { DeviceClass } from '../../../kinds/resource/v1/device-class.ts';
import { ResourceClaim } from '../../../kinds/resource/v1/resource-claim.ts';
import { ResourceSlice } from '../../../kinds/resource/v1/resource-slice.ts';
import { settled } from '../../../kinds/testing/settled.ts';
import { allocateDevices, type DeviceAllocation } from '../allocate-devices.ts';
import { DeviceLedger } from '../allocated-devices.ts';
import { DeviceMatcher } from '../device-matcher.ts';
import { DevicePools } from '../device-pools.ts';

type ClaimInput = NonNullable<InputOf<typeof ResourceClaim>['spec']['devices']>;
type ClassInput = InputOf<typeof DeviceClass>['spec'];

export const claim = (
  devices: ClaimInput,
  name = 'c',
  status: InputOf<typeof ResourceClaim>['status'] = {},
): ResourceClaim => {
  const made = settled(ResourceClaim, { metadata: { name, namespace: 'n' }, spec: { devices }, status });
  return { ...made, metadata: { ...made.metadata, uid: name } };
};
/** Of driver `d.x`, on node `n`, in a pool that is whole, unless told otherwise. */
export const slice = (spec: object, name = 's'): ResourceSlice => {
  const pool = { name: 'p', generation: 1, resourceSliceCount: 1 };
  return settled(ResourceSlice, { metadata: { name }, spec: { driver: 'd.x', nodeName: 'n', pool, ...spec } });
};
export const deviceClass = (spec: ClassInput = {}, name = 'class'): DeviceClass =>
  settled(DeviceClass, { metadata: { name }, spec });

export interface Case {
  readonly claims: readonly ResourceClaim[];
  readonly slices: readonly ResourceSlice[];
  readonly classes?: readonly DeviceClass[];
  /** Claims that have devices. */
  readonly others?: readonly ResourceClaim[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly isOver?: () => boolean;
}

/** What claims are given on node `n`. */
export function allocated({
  claims,
  slices,
  classes = [deviceClass()],
  others = [],
  labels = {},
  isOver,
}: Case): DeviceAllocation {
  const node = { name: 'n', labels };
  const ledger = new DeviceLedger();
  for (const other of others) ledger.seen(other);
  const matcher = new DeviceMatcher();
  let shares = 0;
  return allocateDevices({
    node,
    claims,
    pools: new DevicePools(slices).on(node),
    allocated: ledger,
    classOf: name => classes.find(({ metadata }) => metadata.name === name),
    matches: (device, expression) => matcher.matches(device, expression),
    newShareId: () => `share-${++shares}`,
    isOver: isOver ?? (() => false),
  });
}

/** The same in few words: of each claim `request=device`, or why there are none. */
export function given(input: Case): readonly (readonly string[])[] | string {
  const allocation = allocated(input);
  if (allocation.type === 'failed') return allocation.message;
  if (allocation.type !== 'allocated') return allocation.type;
  return allocation.results.map(({ devices }) =>
    (devices.results ?? []).map(({ request, device }) => `${request}=${device}`),
  );
}
