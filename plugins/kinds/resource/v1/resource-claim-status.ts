import { condition } from '../../../../src/api/condition-schema.ts';
import { rawExtension } from '../../../../src/api/raw-extension.ts';
import {
  type Stored,
  boolean,
  list,
  listMap,
  map,
  object,
  quantity,
  string,
  time,
} from '../../../../src/schema/schema.ts';
import { nodeSelector } from '../../core/v1/node-selector.ts';
import { deviceAllocationConfiguration } from './device-configuration.ts';
import { deviceToleration } from './device-selector.ts';

const RESOURCE = 'io.k8s.api.resource.v1';

const deviceRequestAllocationResult = object({
  request: string().zero().doc('The request.').at(1),
  driver: string().zero().doc('The driver.').at(2),
  pool: string().zero().doc('The pool of the device.').at(3),
  device: string().zero().doc('The device.').at(4),
  adminAccess: boolean().optional().doc('Whether it may be in use.').at(5),
  tolerations: list(deviceToleration).omitEmpty().doc('Taints that do not matter.').at(6),
  bindingConditions: list(string()).omitEmpty().doc('Conditions that must hold before pods are bound.').at(7),
  bindingFailureConditions: list(string()).omitEmpty().doc('Conditions that tell that they will not.').at(8),
  shareID: string().optional().doc('Which share of the device.').at(9),
  consumedCapacity: map(quantity()).omitEmpty().doc('How much of it is taken.').at(10),
})
  .named(`${RESOURCE}.DeviceRequestAllocationResult`)
  .doc('A device that was allocated.');
export type DeviceRequestAllocationResult = Stored<typeof deviceRequestAllocationResult>;

const deviceAllocationResult = object({
  results: list(deviceRequestAllocationResult).omitEmpty().doc('The devices.').at(1),
  config: list(deviceAllocationConfiguration).omitEmpty().doc('How they are set up.').at(2),
})
  .named(`${RESOURCE}.DeviceAllocationResult`)
  .doc('Devices that were allocated.');

export const allocationResult = object({
  devices: deviceAllocationResult.present().doc('The devices.').at(1),
  nodeSelector: nodeSelector.optional().doc('Where they can be used; anywhere unless given.').at(3),
  allocationTimestamp: time().optional().doc('When that was decided.').at(5),
})
  .named(`${RESOURCE}.AllocationResult`)
  .doc('What a claim was given.');
export type AllocationResult = Stored<typeof allocationResult>;

const resourceClaimConsumerReference = object({
  apiGroup: string().omitEmpty().doc('Its group; empty for the core one.').at(1),
  resource: string().zero().doc('Its resource.').at(3),
  name: string().zero().doc('Its name.').at(4),
  uid: string().zero().doc('Its uid.').at(5),
})
  .named(`${RESOURCE}.ResourceClaimConsumerReference`)
  .doc('An object that may use a claim.');
export type ResourceClaimConsumerReference = Stored<typeof resourceClaimConsumerReference>;

const networkDeviceData = object({
  interfaceName: string().omitEmpty().doc('Name of the interface.').at(1),
  ips: list(string()).omitEmpty().doc('Its addresses.').at(2),
  hardwareAddress: string().omitEmpty().doc('Its hardware address.').at(3),
})
  .named(`${RESOURCE}.NetworkDeviceData`)
  .doc('A device of the network.');
export type NetworkDeviceData = Stored<typeof networkDeviceData>;

const allocatedDeviceStatus = object({
  driver: string().zero().doc('The driver.').at(1),
  pool: string().zero().doc('The pool of the device.').at(2),
  device: string().zero().doc('The device.').at(3),
  shareID: string().optional().doc('Which share of it.').at(7),
  conditions: listMap(condition, 'type').patchKey(null).orNull().doc('Aspects of its state.').at(4),
  data: rawExtension.optional().doc('What the driver has to say.').at(5),
  networkData: networkDeviceData.optional().doc('What there is to say of the network.').at(6),
})
  .named(`${RESOURCE}.AllocatedDeviceStatus`)
  .doc('How an allocated device is.');
export type AllocatedDeviceStatus = Stored<typeof allocatedDeviceStatus>;

export const resourceClaimStatus = object({
  allocation: allocationResult.optional().doc('What it was given.').at(1),
  reservedFor: listMap(resourceClaimConsumerReference, 'uid').omitEmpty().doc('Who may use it.').at(2),
  devices: listMap(allocatedDeviceStatus, 'driver', 'device', 'pool', 'shareID')
    .patchKey(null)
    .omitEmpty()
    .doc('How its devices are.')
    .at(4),
})
  .named(`${RESOURCE}.ResourceClaimStatus`)
  .doc('How a claim fares.');
export type ResourceClaimStatus = Stored<typeof resourceClaimStatus>;
