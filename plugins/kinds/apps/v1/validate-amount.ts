import { invalid, type FieldError } from '../../../../src/api/field-error.ts';

/** An amount is a number, or a percentage such as `25%`; apps validation's ValidatePositiveIntOrPercent. */
export function amountErrors(value: number | string, field: string): readonly FieldError[] {
  if (typeof value === 'number') return value < 0 ? [invalid(field, value, 'must be greater than or equal to 0')] : [];
  if (PERCENTAGE.test(value)) return [];
  const rule = "a valid percent string must be a numeric string followed by an ending '%'";
  return [invalid(field, value, `${rule} (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`)];
}

/** For amounts that are a part of something; IsNotMoreThan100Percent. */
export const percentErrors = (value: number | string, field: string): readonly FieldError[] =>
  typeof value === 'string' && amountOf(value) > 100 ? [invalid(field, value, 'must not be greater than 100%')] : [];

/** The number of either form; a text that is no percentage counts as none. */
export const amountOf = (value: number | string): number => {
  if (typeof value === 'number') return value;
  return PERCENTAGE.test(value) ? Number(value.slice(0, -1)) : 0;
};
const PERCENTAGE = /^[0-9]{1,9}%$/;
