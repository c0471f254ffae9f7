import {
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { validateConditions } from '../../../../src/api/validate-conditions.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { parseIpRange } from '../../../../src/base/ip-range.ts';
import { validateNodeSelector } from '../../core/v1/validate-affinity.ts';
import { driverNameErrors } from '../../storage/v1/driver-name-errors.ts';
import type { DeviceAllocationConfiguration } from './device-configuration.ts';
import { labelErrors, poolNameErrors } from './device-name-rules.ts';
import { fixedPart } from './fixed-part.ts';
import { eachOf, eachOnce } from './each-of.ts';
import type { ResourceClaimSpec } from './resource-claim-spec.ts';
import {
  allocationResult,
  type AllocatedDeviceStatus,
  type AllocationResult,
  type DeviceRequestAllocationResult,
  type NetworkDeviceData,
  type ResourceClaimStatus,
} from './resource-claim-status.ts';
import { validateBindingConditions } from './validate-binding-conditions.ts';
import {
  configurationErrors,
  jsonErrors,
  referenceErrors,
  referencesErrors,
  requestNames,
} from './validate-device-claim.ts';

interface ClaimLike extends AnyObject {
  readonly spec: ResourceClaimSpec;
  readonly status: ResourceClaimStatus;
}

const MAX_CONSUMERS = 256;
const MAX_RESULTS = 32;
const MAX_CONFIGURATIONS = 64;
const MAX_CONDITIONS = 8;
const MAX_DATA_BYTES = 10 * 1024;
const MAX_IPS = 16;
const MAX_INTERFACE_BYTES = 256;
const MAX_HARDWARE_BYTES = 128;
const SOURCES: readonly string[] = ['FromClaim', 'FromClass'];

/** Resource validation's validateResourceClaimStatusUpdate, in its order. */
export function validateClaimStatus(
  { metadata, spec, status }: ClaimLike,
  { status: old }: ClaimLike,
): readonly FieldError[] {
  const { allocation, reservedFor = [], devices = [] } = status;
  const known = new Set((allocation?.devices.results ?? []).map(idOf));
  const field = 'status.reservedFor';
  const errors = [
    ...eachOnce(reservedFor, MAX_CONSUMERS, field, consumerErrors, ({ uid }) => uid),
    ...eachOnce(
      devices,
      Number.POSITIVE_INFINITY,
      'status.devices',
      (device, at) => deviceErrors(device, at, known),
      idOf,
    ),
  ];
  if (reservedFor.length > 0 && allocation === undefined) {
    errors.push(forbidden(field, 'may not be specified when `allocated` is not set'));
  } else if (metadata.deletionTimestamp !== undefined) {
    const before = old.reservedFor ?? [];
    const isNew = reservedFor.some(consumer => !before.some(other => isDeepEqual(other, consumer)));
    const detail = 'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set';
    if (isNew) errors.push(forbidden(field, detail));
  }
  if (allocation === undefined) return errors;
  if (old.allocation === undefined) return [...errors, ...allocationErrors(allocation, requestNames(spec.devices))];
  return [...errors, ...fixedPart(allocationResult, 'status.allocation', allocation, old.allocation)];
}

interface Identified {
  readonly driver: string;
  readonly pool: string;
  readonly device: string;
  readonly shareID?: string;
}

const idOf = ({ driver, pool, device, shareID }: Identified): string =>
  [driver, pool, device, ...(shareID === undefined ? [] : [shareID])].join('/');

const consumerErrors = (
  consumer: NonNullable<ResourceClaimStatus['reservedFor']>[number],
  field: string,
): readonly FieldError[] =>
  (['resource', 'name', 'uid'] as const).flatMap(name => (consumer[name] === '' ? [required(`${field}.${name}`)] : []));

function allocationErrors(
  { devices, nodeSelector }: AllocationResult,
  names: ReadonlySet<string>,
): readonly FieldError[] {
  const { results = [], config = [] } = devices;
  const field = 'status.allocation';
  return [
    ...eachOf(results, MAX_RESULTS, `${field}.devices.results`, (one, at) => resultErrors(one, at, names)),
    ...eachOf(config, MAX_CONFIGURATIONS, `${field}.devices.config`, (one, at) => allocatedErrors(one, at, names)),
    ...(nodeSelector === undefined ? [] : validateNodeSelector(nodeSelector, `${field}.nodeSelector`)),
  ];
}

const resultErrors = (
  result: DeviceRequestAllocationResult,
  field: string,
  names: ReadonlySet<string>,
): readonly FieldError[] => [
  ...referenceErrors(result.request, `${field}.request`, names),
  ...namedErrors(result, field),
  ...validateBindingConditions(result, field),
  ...shareErrors(result, field),
];

const namedErrors = ({ driver, pool, device }: Identified, field: string): readonly FieldError[] => [
  ...driverNameErrors(driver, `${field}.driver`),
  ...poolNameErrors(pool, `${field}.pool`),
  ...labelErrors(device, `${field}.device`),
];

function shareErrors({ shareID }: Identified, field: string): readonly FieldError[] {
  if (shareID === undefined || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(shareID)) return [];
  const detail =
    'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters';
  return [invalid(`${field}.shareID`, shareID, detail)];
}

function allocatedErrors(
  { source, requests = [], opaque }: DeviceAllocationConfiguration,
  field: string,
  names: ReadonlySet<string>,
): readonly FieldError[] {
  const at = `${field}.source`;
  return [
    ...(source === '' ? [required(at)] : SOURCES.includes(source) ? [] : [notSupported(at, source, SOURCES)]),
    ...referencesErrors(requests, `${field}.requests`, names),
    ...configurationErrors(opaque, field),
  ];
}

const asGoPrints = ({ driver, pool, device, shareID = '' }: Identified): object => ({
  Driver: driver,
  Pool: pool,
  Device: device,
  ShareID: shareID,
});

function deviceErrors(device: AllocatedDeviceStatus, field: string, known: ReadonlySet<string>): readonly FieldError[] {
  const { conditions, data, networkData } = device;
  const all = conditions ?? [];
  return [
    ...namedErrors(device, field),
    ...shareErrors(device, field),
    ...(known.has(idOf(device))
      ? []
      : [invalid(field, asGoPrints(device), 'must be an allocated device in the claim')]),
    ...(all.length > MAX_CONDITIONS ? [tooMany(`${field}.conditions`, all.length, MAX_CONDITIONS)] : []),
    ...validateConditions(all, `${field}.conditions`),
    ...(data === undefined ? [] : jsonErrors(data, `${field}.data`, MAX_DATA_BYTES)),
    ...(networkData === undefined ? [] : networkErrors(networkData, `${field}.networkData`)),
  ];
}

function networkErrors(data: NetworkDeviceData, field: string): readonly FieldError[] {
  const { interfaceName = '', hardwareAddress = '', ips = [] } = data;
  return [
    ...(Buffer.byteLength(interfaceName) > MAX_INTERFACE_BYTES
      ? [tooLong(`${field}.interfaceName`, MAX_INTERFACE_BYTES)]
      : []),
    ...(Buffer.byteLength(hardwareAddress) > MAX_HARDWARE_BYTES
      ? [tooLong(`${field}.hardwareAddress`, MAX_HARDWARE_BYTES)]
      : []),
    ...eachOnce(ips, MAX_IPS, `${field}.ips`, interfaceErrors, ip => ip),
  ];
}

function interfaceErrors(text: string, field: string): readonly FieldError[] {
  const range = parseIpRange(text);
  if (range === undefined) {
    return [invalid(field, text, 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)')];
  }
  const canonical = `${range.address.canonical}/${range.prefix}`;
  return canonical === text ? [] : [invalid(field, text, `must be in canonical form ("${canonical}")`)];
}
