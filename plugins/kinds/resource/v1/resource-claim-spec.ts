import { type Stored, boolean, int64, list, map, object, quantity, string } from '../../../../src/schema/schema.ts';
import { deviceClaimConfiguration } from './device-configuration.ts';
import { deviceSelector, deviceToleration } from './device-selector.ts';

const RESOURCE = 'io.k8s.api.resource.v1';

const capacityRequirements = object({
  requests: map(quantity()).omitEmpty().doc('How much of each is needed.').at(1),
})
  .named(`${RESOURCE}.CapacityRequirements`)
  .doc('How much of a device is needed.');

const exactDeviceRequest = object({
  deviceClassName: string().zero().doc('The class of the devices.').at(1),
  selectors: list(deviceSelector).omitEmpty().doc('Which of them will do.').at(2),
  allocationMode: string().choices('All', 'ExactCount').whenEmpty('ExactCount').doc('ExactCount or All.').at(3),
  count: int64().omitEmpty().doc('How many; one unless given.').at(4),
  adminAccess: boolean().optional().doc('Whether they may be in use.').at(5),
  tolerations: list(deviceToleration).omitEmpty().doc('Taints of devices that do not matter.').at(6),
  capacity: capacityRequirements.optional().doc('How much of each is needed.').at(7),
})
  .named(`${RESOURCE}.ExactDeviceRequest`)
  .doc('Devices that are needed.');
export type ExactDeviceRequest = Stored<typeof exactDeviceRequest>;

const deviceSubRequest = object({
  name: string().zero().doc('Its name.').at(1),
  deviceClassName: string().zero().doc('The class of the devices.').at(2),
  selectors: list(deviceSelector).omitEmpty().doc('Which of them will do.').at(3),
  allocationMode: string().choices('All', 'ExactCount').whenEmpty('ExactCount').doc('ExactCount or All.').at(4),
  count: int64().omitEmpty().doc('How many; one unless given.').at(5),
  tolerations: list(deviceToleration).omitEmpty().doc('Taints of devices that do not matter.').at(6),
  capacity: capacityRequirements.optional().doc('How much of each is needed.').at(7),
})
  .named(`${RESOURCE}.DeviceSubRequest`)
  .doc('Devices that would do.');
export type DeviceSubRequest = Stored<typeof deviceSubRequest>;

const deviceRequest = object({
  name: string().zero().doc('Its name.').at(1),
  exactly: exactDeviceRequest.optional().doc('What is needed.').at(2),
  firstAvailable: list(deviceSubRequest).omitEmpty().doc('What would do, best first.').at(3),
})
  .named(`${RESOURCE}.DeviceRequest`)
  .doc('A request for devices.');
export type DeviceRequest = Stored<typeof deviceRequest>;

const deviceConstraint = object({
  requests: list(string()).omitEmpty().doc('The requests it is about; all unless given.').at(1),
  matchAttribute: string().optional().doc('Attribute that must be the same of all.').at(2),
  distinctAttribute: string().optional().doc('Attribute that must differ.').at(3),
})
  .named(`${RESOURCE}.DeviceConstraint`)
  .doc('What must hold of the devices of several requests.');
export type DeviceConstraint = Stored<typeof deviceConstraint>;

const deviceClaim = object({
  requests: list(deviceRequest).orNull().doc('The requests.').at(1),
  constraints: list(deviceConstraint).omitEmpty().doc('What must hold of their devices together.').at(2),
  config: list(deviceClaimConfiguration).omitEmpty().doc('How they are set up.').at(3),
})
  .named(`${RESOURCE}.DeviceClaim`)
  .doc('Devices that are asked for.');
export type DeviceClaim = Stored<typeof deviceClaim>;

export const resourceClaimSpec = object({
  devices: deviceClaim.present().doc('The devices.').at(1),
})
  .named(`${RESOURCE}.ResourceClaimSpec`)
  .doc('What is asked for.');
export type ResourceClaimSpec = Stored<typeof resourceClaimSpec>;

/** Of what is counted, one unless it is said. */
export function withCounts(spec: ResourceClaimSpec): ResourceClaimSpec {
  const counted = <R extends { readonly allocationMode: string; readonly count?: number }>(request: R): R =>
    request.allocationMode === 'ExactCount' && request.count === undefined ? { ...request, count: 1 } : request;
  const requests = (spec.devices.requests ?? []).map(request => ({
    ...request,
    ...(request.exactly === undefined ? {} : { exactly: counted(request.exactly) }),
    ...(request.firstAvailable === undefined ? {} : { firstAvailable: request.firstAvailable.map(counted) }),
  }));
  return requests.length === 0 ? spec : { ...spec, devices: { ...spec.devices, requests } };
}
