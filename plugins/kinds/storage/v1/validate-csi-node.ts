import { duplicate, invalid, placed, required, type FieldError } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { qualifiedNameProblems } from '../../../../src/base/qualified-name.ts';
import { driverNameErrors } from './driver-name-errors.ts';

interface Driver {
  readonly name: string;
  readonly nodeID: string;
  readonly topologyKeys: readonly string[] | null;
  readonly allocatable?: { readonly count?: number };
}
interface NodeLike {
  readonly spec: { readonly drivers: readonly Driver[] | null };
}

const MAX_NODE_ID_BYTES = 256;

export function validateCsiNode({ spec }: NodeLike): readonly FieldError[] {
  const drivers = spec.drivers ?? [];
  return drivers.flatMap((driver, index) => {
    const field = `spec.drivers[${index}]`;
    const isTwice = drivers.findIndex(({ name }) => name === driver.name) < index;
    return placed(field, [
      ...driverErrors(driver, field),
      ...(isTwice ? [duplicate(`${field}.name`, driver.name)] : []),
      ...keyErrors(driver.topologyKeys ?? [], field),
    ]);
  });
}

function driverErrors({ name, nodeID, allocatable }: Driver, field: string): readonly FieldError[] {
  const errors = [...driverNameErrors(name, `${field}.name`)];
  if (nodeID === '') errors.push(required(`${field}.nodeID`));
  if (Buffer.byteLength(nodeID) > MAX_NODE_ID_BYTES) {
    errors.push(invalid(`${field}.nodeID`, nodeID, `must be ${MAX_NODE_ID_BYTES} characters or less`));
  }
  const { count = 0 } = allocatable ?? {};
  if (count < 0) errors.push(invalid(`${field}.allocatable.count`, count, 'must be greater than or equal to 0'));
  return errors;
}

/** All of them are told of the driver itself. */
const keyErrors = (keys: readonly string[], field: string): readonly FieldError[] =>
  keys.flatMap((key, index) => [
    ...(key === '' ? [required(field)] : []),
    ...(keys.indexOf(key) < index ? [duplicate(field, key)] : []),
    ...qualifiedNameProblems(key).map(problem => invalid(field, key, problem)),
  ]);

/** A driver is as it was registered, but for how many volumes it can hold. */
export function validateCsiNodeUpdate({ spec }: NodeLike, { spec: old }: NodeLike): readonly FieldError[] {
  return (old.drivers ?? []).flatMap(before =>
    (spec.drivers ?? [])
      .filter(({ name }) => name === before.name)
      .filter(after => !isDeepEqual(settled(after), settled(before)))
      .map(after => invalid('spec.drivers', asGoPrints(after), 'field is immutable')),
  );
}

const settled = ({ name, nodeID, topologyKeys }: Driver): object => ({ name, nodeID, topologyKeys });

/** In Go's own type, which has no names for JSON. */
const asGoPrints = ({ name, nodeID, topologyKeys }: Driver): object => ({
  Name: name,
  NodeID: nodeID,
  TopologyKeys: topologyKeys,
  Allocatable: null,
});
