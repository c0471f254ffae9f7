import { isNative } from '../../kinds/core/v1/resource-names.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import {
  DEVICE_CLASS_RESOURCE,
  isExtendedClaim,
  resourceOfRequest,
} from '../../kinds/resource/v1/extended-device-claim.ts';
import type { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import { mostOf, ONE, sumOf, NOTHING, type Amounts } from '../amounts.ts';
import { countName } from './count-evaluator.ts';
import type { Evaluator } from './evaluator.ts';

const RESOURCE = 'resourceclaims.resource.k8s.io';
const COUNT = countName(RESOURCE);
const OF_CLASS = '.deviceclass.resource.k8s.io/devices';
/** A claim is given no more devices than this, however many there are. */
const MAX_DEVICES = 32;

/** What a claim tells by names alone. */
export interface DeviceFacts {
  /** Which extended resource the devices of a class are, where it says so. */
  extendedResourceOf(this: void, deviceClass: string): string | undefined;
  /** The pod that a claim was made for, if it is there. */
  podOf(this: void, claim: ResourceClaim): Pod | undefined;
}

/**
 * Claims of devices: how many there are, and how many devices of each class they may be given, by the name of the class
 * and by those of the extended resources that its devices are.
 */
export const deviceClaimEvaluator = (facts: DeviceFacts): Evaluator => ({
  resource: RESOURCE,
  concerns: ({ subresource }) => subresource === '',
  counts: name =>
    name === COUNT ||
    name.endsWith(OF_CLASS) ||
    name.startsWith(`requests.${DEVICE_CLASS_RESOURCE}`) ||
    (name.startsWith('requests.') && !isNative(name)),
  usage: object => sumOf(new Map([[COUNT, ONE]]), devicesOf(object as ResourceClaim, facts)),
  hasChanged: () => false,
});

type Asked = { readonly deviceClassName: string; readonly allocationMode: string; readonly count?: number };

function devicesOf(claim: ResourceClaim, facts: DeviceFacts): Amounts {
  const pod = isExtendedClaim(claim) ? facts.podOf(claim) : undefined;
  const told = pod?.status.extendedResourceClaimStatus?.resourceClaimName;
  // What the pod asked for itself it is charged for already.
  const ownOf = (request: string): string | undefined =>
    pod === undefined || (told !== undefined && told !== claim.metadata.name)
      ? undefined
      : resourceOfRequest(pod, request);
  return (claim.spec.devices.requests ?? []).reduce<Amounts>((sum, { name, exactly, firstAvailable = [] }) => {
    const charged = (asked: Asked): Amounts => chargedFor(asked, facts, ownOf(name));
    // Of several that would do, each class is charged for the most that it may have to give.
    const most = firstAvailable.reduce<Amounts>((before, asked) => mostOf(before, charged(asked)), NOTHING);
    const some = firstAvailable.length > 0 || exactly === undefined ? most : charged(exactly);
    return sumOf(sum, some);
  }, NOTHING);
}

function chargedFor(
  { deviceClassName, allocationMode, count = 1 }: Asked,
  { extendedResourceOf }: DeviceFacts,
  own: string | undefined,
): Amounts {
  const devices = allocationMode === 'All' ? MAX_DEVICES : allocationMode === 'ExactCount' ? count : 0;
  const amount = { nano: BigInt(devices) * ONE.nano, format: 'DecimalSI' } as const;
  const resources = [`${DEVICE_CLASS_RESOURCE}${deviceClassName}`, extendedResourceOf(deviceClassName)];
  const extended = resources.flatMap(name => (name === undefined || name === own ? [] : [`requests.${name}`]));
  return new Map([`${deviceClassName}${OF_CLASS}`, ...extended].map(name => [name, amount] as const));
}
