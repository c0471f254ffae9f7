import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import { validateNodeSelector } from '../../core/v1/validate-affinity.ts';
import { driverNameErrors } from '../../storage/v1/driver-name-errors.ts';
import { labelErrors, poolNameErrors } from './device-name-rules.ts';
import type { CounterSet } from './device.ts';
import { eachOnce } from './each-of.ts';
import type { ResourcePool, ResourceSliceSpec } from './resource-slice-spec.ts';
import { countersErrors, deviceErrors } from './validate-device.ts';

const MAX_DEVICES = 128;
/** Of devices that say more, there is less room. */
const MAX_ADVANCED_DEVICES = 64;
const MAX_COUNTER_SETS = 8;
const ONE_OF = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';

/** Resource validation's validateResourceSliceSpec, in its order. */
export function validateResourceSlice(spec: ResourceSliceSpec, old?: ResourceSliceSpec): readonly FieldError[] {
  const { driver, pool, devices = [], sharedCounters = [] } = spec;
  const isAdvanced = devices.some(
    ({ taints = [], consumesCounters = [] }) => taints.length + consumesCounters.length > 0,
  );
  return [
    ...driverNameErrors(driver, 'spec.driver'),
    ...poolErrors(pool),
    ...placeErrors(spec),
    ...(spec.sharedCounters !== undefined && spec.devices !== undefined
      ? [invalid('spec', '', 'only one of `sharedCounters` or `devices` is allowed')]
      : []),
    ...eachOnce(
      devices,
      isAdvanced ? MAX_ADVANCED_DEVICES : MAX_DEVICES,
      'spec.devices',
      (device, field) =>
        deviceErrors(
          device,
          old?.devices?.find(({ name }) => name === device.name),
          field,
          spec.perDeviceNodeSelection === true,
        ),
      ({ name }) => name,
    ),
    ...eachOnce(sharedCounters, MAX_COUNTER_SETS, 'spec.sharedCounters', counterSetErrors, ({ name }) => name),
  ];
}

export function validateResourceSliceUpdate(spec: ResourceSliceSpec, old: ResourceSliceSpec): readonly FieldError[] {
  const detail = 'field is immutable';
  return [
    ...(spec.pool.name === old.pool.name ? [] : [invalid('spec.pool.name', spec.pool.name, detail)]),
    ...(spec.driver === old.driver ? [] : [invalid('spec.driver', spec.driver, detail)]),
    ...(spec.nodeName === old.nodeName ? [] : [invalid('spec.nodeName', spec.nodeName ?? null, detail)]),
  ];
}

function poolErrors({ name, generation, resourceSliceCount: count }: ResourcePool): readonly FieldError[] {
  return [
    ...poolNameErrors(name, 'spec.pool.name'),
    ...(count > 0 ? [] : [invalid('spec.pool.resourceSliceCount', count, 'must be greater than zero')]),
    ...(generation < 0 ? [invalid('spec.pool.generation', generation, 'must be greater than or equal to zero')] : []),
  ];
}

function placeErrors({
  nodeName,
  nodeSelector,
  allNodes,
  perDeviceNodeSelection,
}: ResourceSliceSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  const set: string[] = [];
  if (nodeName === '') errors.push(invalid('spec.nodeName', '', 'must be either unset or set to a non-empty string'));
  else if (nodeName !== undefined) {
    set.push('`nodeName`');
    errors.push(...subdomainProblems(nodeName).map(problem => invalid('spec.nodeName', nodeName, problem)));
  }
  if (nodeSelector !== undefined) {
    set.push('`nodeSelector`');
    errors.push(...validateNodeSelector(nodeSelector, 'spec.nodeSelector'));
    const { nodeSelectorTerms: terms } = nodeSelector;
    if (terms.length !== 1) {
      errors.push(invalid('spec.nodeSelector.nodeSelectorTerms', terms, 'must have exactly one node selector term'));
    }
  }
  for (const [name, value] of Object.entries({ allNodes, perDeviceNodeSelection })) {
    if (value === true) set.push(`\`${name}\``);
    else if (value === false) errors.push(invalid(`spec.${name}`, false, 'must be either unset or set to true'));
  }
  if (set.length === 0) errors.push(required('spec', ONE_OF));
  if (set.length > 1) errors.push(invalid('spec', `{${set.join(', ')}}`, `${ONE_OF}, but multiple fields are set`));
  return errors;
}

const counterSetErrors = ({ name, counters = {} }: CounterSet, field: string): readonly FieldError[] => [
  ...(name === '' ? [required(`${field}.name`)] : labelErrors(name, `${field}.name`)),
  ...countersErrors(counters, `${field}.counters`),
];
