import { formatQuantity, parseQuantity } from '../../../src/base/quantity.ts';
import type { CapacityRequestPolicy, Device, DeviceCapacity } from '../../kinds/resource/v1/device.ts';

/** Amounts by the name of a capacity, in billionths. */
export type Amounts = ReadonlyMap<string, bigint>;

/** How much a request takes of each capacity of a device, as it is written. */
export function consumedCapacity(
  { capacity = {} }: Device,
  requests: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(capacity).map(([name, one]) => [name, taken(one, requests[name])]));
}

/** Whether a device has what is asked for beside what is taken of it. */
export function hasCapacity(device: Device, requests: Readonly<Record<string, string>> = {}, inUse: Amounts): boolean {
  const { capacity = {} } = device;
  if (Object.keys(requests).some(name => !Object.hasOwn(capacity, name))) return false;
  return Object.entries(consumedCapacity(device, requests)).every(([name, amount]) => {
    const one = capacity[name];
    if (one === undefined || violates(amount, one.requestPolicy)) return false;
    return (inUse.get(name) ?? 0n) + nano(amount) <= nano(one.value);
  });
}

const nano = (amount: string): bigint => parseQuantity(amount).nano;

/** What is asked for, brought up to what the policy lets be asked for. */
function taken({ value, requestPolicy: policy }: DeviceCapacity, asked: string | undefined): string {
  if (asked === undefined) return policy?.default ?? value;
  const { validRange: range, validValues } = policy ?? {};
  if (range !== undefined) return withinRange(asked, range);
  return validValues?.find(option => nano(asked) <= nano(option)) ?? asked;
}

const NANO = 1_000_000_000n;
/** As Go's Quantity.Value: whole units, rounded up. */
const whole = (amount: string): bigint => (nano(amount) + NANO - 1n) / NANO;

function withinRange(asked: string, { min, step }: NonNullable<CapacityRequestPolicy['validRange']>): string {
  if (nano(asked) < nano(min)) return min;
  if (step === undefined) return asked;
  const steps = (whole(asked) - whole(min) + whole(step) - 1n) / whole(step);
  return formatQuantity({ nano: (whole(min) + whole(step) * steps) * NANO, format: 'BinarySI' });
}

function violates(amount: string, policy: CapacityRequestPolicy | undefined): boolean {
  if (policy === undefined) return false;
  const { default: standard, validRange: range, validValues = [] } = policy;
  if (standard !== undefined && nano(standard) === nano(amount)) return false;
  if (range !== undefined) {
    const { min, max, step } = range;
    if (max !== undefined && nano(amount) > nano(max)) return true;
    return step !== undefined && (whole(amount) - whole(min)) % whole(step) !== 0n;
  }
  return validValues.length > 0 && !validValues.some(option => nano(option) === nano(amount));
}
