import type { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import type { ResourceClaimSpec } from '../../kinds/resource/v1/resource-claim-spec.ts';
import { mostOf, ONE, sumOf, NOTHING, type Amounts } from '../amounts.ts';
import { countName } from './count-evaluator.ts';
import type { Evaluator } from './evaluator.ts';

const RESOURCE = 'resourceclaims.resource.k8s.io';
const COUNT = countName(RESOURCE);
const OF_CLASS = '.deviceclass.resource.k8s.io/devices';
/** A claim is given no more devices than this, however many there are. */
const MAX_DEVICES = 32;

/** Claims of devices: how many there are, and how many devices of each class they may be given. */
export const deviceClaimEvaluator: Evaluator = {
  resource: RESOURCE,
  concerns: ({ subresource }) => subresource === '',
  counts: name => name === COUNT || name.endsWith(OF_CLASS),
  usage: object => sumOf(new Map([[COUNT, ONE]]), devicesOf((object as ResourceClaim).spec)),
  hasChanged: () => false,
};

type Asked = { readonly deviceClassName: string; readonly allocationMode: string; readonly count?: number };

function devicesOf({ devices }: ResourceClaimSpec): Amounts {
  return (devices.requests ?? []).reduce<Amounts>((sum, { exactly, firstAvailable = [] }) => {
    // Of several that would do, each class is charged for the most that it may have to give.
    const most = firstAvailable.reduce<Amounts>((before, asked) => mostOf(before, charged(asked)), NOTHING);
    const some = firstAvailable.length > 0 || exactly === undefined ? most : charged(exactly);
    return sumOf(sum, some);
  }, NOTHING);
}

function charged({ deviceClassName, allocationMode, count = 1 }: Asked): Amounts {
  const devices = allocationMode === 'All' ? MAX_DEVICES : allocationMode === 'ExactCount' ? count : 0;
  return new Map([[`${deviceClassName}${OF_CLASS}`, { nano: BigInt(devices) * ONE.nano, format: 'DecimalSI' }]]);
}
