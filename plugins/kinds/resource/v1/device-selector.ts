import { type Stored, int64, object, string, time } from '../../../../src/schema/schema.ts';

const RESOURCE = 'io.k8s.api.resource.v1';

const celDeviceSelector = object({
  expression: string().zero().doc('Expression that is true for devices that are selected.').at(1),
})
  .named(`${RESOURCE}.CELDeviceSelector`)
  .doc('Selects devices by an expression in CEL.');

export const deviceSelector = object({
  cel: celDeviceSelector.optional().doc('Selects by an expression.').at(1),
})
  .named(`${RESOURCE}.DeviceSelector`)
  .doc('Selects devices.');
export type DeviceSelector = Stored<typeof deviceSelector>;

export const deviceToleration = object({
  key: string().omitEmpty().doc('Key of the taint; empty is any.').at(1),
  operator: string().choices('Equal', 'Exists').whenEmpty('Equal').tells('Equal').doc('Exists or Equal.').at(2),
  value: string().omitEmpty().doc('Value of the taint.').at(3),
  effect: string()
    .choices('NoExecute', 'NoSchedule', 'None')
    .omitEmpty()
    .doc('Effect of the taint; empty is any.')
    .at(4),
  tolerationSeconds: int64().optional().doc('For how long NoExecute is tolerated.').at(5),
})
  .named(`${RESOURCE}.DeviceToleration`)
  .doc('A taint that does not matter.');
export type DeviceToleration = Stored<typeof deviceToleration>;

export const deviceTaint = object({
  key: string().zero().doc('What it is called.').at(1),
  value: string().omitEmpty().doc('Its value.').at(2),
  effect: string().choices('NoExecute', 'NoSchedule', 'None').zero().doc('None, NoSchedule or NoExecute.').at(3),
  timeAdded: time().optional().doc('Since when.').at(4),
})
  .named(`${RESOURCE}.DeviceTaint`)
  .doc('Why a device is not to be used.');
export type DeviceTaint = Stored<typeof deviceTaint>;
