import { rawExtension } from '../../../../src/api/raw-extension.ts';
import { type Stored, embedded, list, object, string } from '../../../../src/schema/schema.ts';

const RESOURCE = 'io.k8s.api.resource.v1';

const opaqueDeviceConfiguration = object({
  driver: string().zero().doc('The driver that knows what they mean.').at(1),
  parameters: rawExtension.demanded().doc('What the driver is told.').at(2),
})
  .named(`${RESOURCE}.OpaqueDeviceConfiguration`)
  .doc('What a driver is told.');
export type OpaqueDeviceConfiguration = Stored<typeof opaqueDeviceConfiguration>;

const configuration = {
  opaque: opaqueDeviceConfiguration.optional().doc('What a driver is told.').at(1),
};

export const deviceClassConfiguration = object(embedded(1, configuration, 'DeviceConfiguration'))
  .named(`${RESOURCE}.DeviceClassConfiguration`)
  .doc('How devices of a class are set up.');

export const deviceClaimConfiguration = object({
  requests: list(string()).omitEmpty().doc('The requests it is about; all unless given.').at(1),
  ...embedded(2, configuration, 'DeviceConfiguration'),
})
  .named(`${RESOURCE}.DeviceClaimConfiguration`)
  .doc('How devices of a claim are set up.');
export type DeviceClaimConfiguration = Stored<typeof deviceClaimConfiguration>;

export const deviceAllocationConfiguration = object({
  source: string().choices('FromClaim', 'FromClass').zero().doc('Whence it is: FromClass or FromClaim.').at(1),
  requests: list(string()).omitEmpty().doc('The requests it is about; all unless given.').at(2),
  ...embedded(3, configuration, 'DeviceConfiguration'),
})
  .named(`${RESOURCE}.DeviceAllocationConfiguration`)
  .doc('How allocated devices are set up.');
export type DeviceAllocationConfiguration = Stored<typeof deviceAllocationConfiguration>;
