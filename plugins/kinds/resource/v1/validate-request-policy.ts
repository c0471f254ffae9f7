import { forbidden, invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { parseQuantity } from '../../../../src/base/quantity.ts';
import type { CapacityRequestPolicy } from './device.ts';
import { eachOnce } from './each-of.ts';

const MAX_OPTIONS = 10;
const NANO = 1_000_000_000n;

const nano = (amount: string): bigint => parseQuantity(amount).nano;
/** As Go's Quantity.Value: rounded up. */
const whole = (amount: string): bigint => {
  const value = nano(amount);
  return value > 0n ? (value + NANO - 1n) / NANO : value / NANO;
};

/** Resource validation's validateRequestPolicy: how much of `capacity` may be asked for. */
export function validateRequestPolicy(
  capacity: string,
  policy: CapacityRequestPolicy,
  field: string,
): readonly FieldError[] {
  const { default: standard, validValues = [], validRange } = policy;
  if (validValues.length > 0 && validRange !== undefined) {
    const detail =
      'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time';
    return [forbidden(field, detail)];
  }
  const at = `${field}.default`;
  if (validValues.length > 0) {
    if (standard === undefined) return [required(at, 'required when validValues is defined')];
    return valuesErrors(capacity, standard, validValues, `${field}.validValues`);
  }
  if (validRange === undefined) return [];
  if (standard === undefined) return [required(at, 'required when validRange is defined')];
  return rangeErrors(capacity, standard, validRange, `${field}.validRange`);
}

function valuesErrors(
  capacity: string,
  standard: string,
  values: readonly string[],
  field: string,
): readonly FieldError[] {
  const isUnordered = (index: number): boolean =>
    index > 0 && nano(values[index - 1] ?? '0') > nano(values[index] ?? '0');
  const judge = (option: string, at: string): readonly FieldError[] =>
    nano(option) > nano(capacity) ? [invalid(at, option, `option is larger than capacity value: ${capacity}`)] : [];
  return [
    ...values.flatMap((value, index) =>
      isUnordered(index) ? [invalid(`${field}[${index}]`, value, 'values must be sorted in ascending order')] : [],
    ),
    ...eachOnce(values, MAX_OPTIONS, field, judge, value => String(whole(value))),
    ...(values.length <= MAX_OPTIONS && values.some(value => nano(value) === nano(standard))
      ? []
      : [invalid(field, standard, 'default value is not valid according to the requestPolicy')]),
  ];
}

type Range = NonNullable<CapacityRequestPolicy['validRange']>;

function rangeErrors(capacity: string, standard: string, range: Partial<Range>, field: string): readonly FieldError[] {
  const { min, max, step } = range;
  if (min === undefined) return [required(`${field}.min`, 'required when validRange is defined')];
  const errors: FieldError[] = [];
  const check = (isWrong: boolean, name: string, value: string, detail: string): void => {
    if (isWrong) errors.push(invalid(`${field}.${name}`, value, detail));
  };
  check(nano(min) > nano(capacity), 'min', min, `min is larger than capacity value: ${capacity}`);
  check(nano(standard) < nano(min), 'min', standard, `default is less than min: ${min}`);
  if (max !== undefined) {
    check(nano(min) > nano(max), 'max', min, `min is larger than max: ${max}`);
    check(nano(max) > nano(capacity), 'max', max, `max is larger than capacity value: ${capacity}`);
    check(nano(standard) > nano(max), 'max', standard, `default is more than max: ${max}`);
  }
  if (step === undefined) return errors;
  // Upstream divides by it and falls over.
  if (whole(step) === 0n) return [...errors, invalid(`${field}.step`, step, 'must be greater than zero')];
  check(
    nano(min) + nano(step) > nano(capacity),
    'step',
    step,
    `one step ${whole(min) + whole(step)} is larger than capacity value: ${capacity}`,
  );
  for (const value of [standard, ...(max === undefined ? [] : [max])]) {
    const isOff = (whole(value) - whole(min)) % whole(step) !== 0n;
    check(isOff, 'step', value, `value is not a multiple of a given step (${step}) from (${min})`);
  }
  return errors;
}
