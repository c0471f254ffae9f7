import { invalid, required, tooLong, type FieldError } from '../../../../src/api/field-error.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';

const MAX_DRIVER_BYTES = 63;

/** What is wrong with the name of a driver of CSI; core validation's ValidateCSIDriverName. */
export function driverNameErrors(name: string, field: string): readonly FieldError[] {
  if (name === '') return [required(field)];
  return [
    ...(Buffer.byteLength(name) > MAX_DRIVER_BYTES ? [tooLong(field, MAX_DRIVER_BYTES)] : []),
    ...subdomainProblems(name.toLowerCase()).map(problem => invalid(field, name, problem)),
  ];
}
