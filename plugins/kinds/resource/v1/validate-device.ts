import {
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import { validateNodeSelector } from '../../core/v1/validate-affinity.ts';
import { keyErrors, labelErrors, qualifiedErrors, valueErrors } from './device-name-rules.ts';
import type { DeviceTaint } from './device-selector.ts';
import type { Device, DeviceAttribute, DeviceCapacity, DeviceCounterConsumption } from './device.ts';
import { eachOf, eachOnce } from './each-of.ts';
import { validateBindingConditions } from './validate-binding-conditions.ts';
import { validateRequestPolicy } from './validate-request-policy.ts';

const MAX_FACTS = 32;
const MAX_VALUES = 48;
const MAX_TAINTS = 16;
const MAX_CONSUMPTIONS = 2;
const MAX_COUNTERS = 32;
const MAX_VALUE_BYTES = 64;
const EFFECTS: readonly string[] = ['NoExecute', 'NoSchedule', 'None'];
const NUMBER = String.raw`(0|[1-9]\d*)`;
const BEFORE = String.raw`(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)`;
const BUILD = '[0-9a-zA-Z-]+';
const VERSION = new RegExp(
  String.raw`^${NUMBER}\.${NUMBER}\.${NUMBER}(-${BEFORE}(\.${BEFORE})*)?(\+${BUILD}(\.${BUILD})*)?$`,
);

/** Resource validation's validateDevice, in its order. */
export function deviceErrors(
  device: Device,
  old: Device | undefined,
  field: string,
  isPlaced: boolean,
): readonly FieldError[] {
  const { name, attributes = {}, capacity = {}, taints = [], consumesCounters = [] } = device;
  const facts = Object.keys(attributes).length + Object.keys(capacity).length;
  const values = Object.keys(attributes).length;
  const isShared = device.allowMultipleAllocations === true;
  return [
    ...labelErrors(name, `${field}.name`),
    ...(facts > MAX_FACTS
      ? [invalid(field, facts, `the total number of attributes and capacities must not exceed ${MAX_FACTS}`)]
      : []),
    ...(values > MAX_VALUES
      ? [invalid(field, values, `the total number of attribute values must not exceed ${MAX_VALUES}`)]
      : []),
    ...Object.entries(attributes).flatMap(([key, value]) => [
      ...qualifiedErrors(key, `${field}.attributes`),
      ...attributeErrors(value, `${field}.attributes[${key}]`),
    ]),
    ...Object.entries(capacity).flatMap(([key, value]) => [
      ...qualifiedErrors(key, `${field}.capacity`),
      ...capacityErrors(value, `${field}.capacity[${key}]`, isShared),
    ]),
    ...(isDeepEqual(taints, old?.taints ?? []) ? [] : eachOf(taints, MAX_TAINTS, `${field}.taints`, taintErrors)),
    ...eachOnce(
      consumesCounters,
      MAX_CONSUMPTIONS,
      `${field}.consumesCounters`,
      consumptionErrors,
      one => one.counterSet,
    ),
    ...placeErrors(device, field, isPlaced),
    ...validateBindingConditions(device, field),
  ];
}

function attributeErrors({ int, bool, string, version }: DeviceAttribute, field: string): readonly FieldError[] {
  const set = [int, bool, string, version].filter(value => value !== undefined);
  const long = (value: string | undefined, at: string): readonly FieldError[] =>
    value !== undefined && Buffer.byteLength(value) > MAX_VALUE_BYTES ? [tooLong(at, MAX_VALUE_BYTES)] : [];
  const isVersion = version === undefined || VERSION.test(version.slice(0, MAX_VALUE_BYTES * 4));
  return [
    ...long(string, `${field}.string`),
    ...(isVersion
      ? []
      : [invalid(`${field}.version`, version, 'must be a string compatible with semver.org spec 2.0.0')]),
    ...long(version, `${field}.version`),
    ...(set.length === 0 ? [invalid(field, '', 'exactly one value must be specified')] : []),
    ...(set.length > 1
      ? [invalid(field, asGoPrints({ int, bool, string, version }), 'exactly one value must be specified')]
      : []),
  ];
}

/** In Go's own type, which has no names for JSON. */
const asGoPrints = ({
  int,
  bool,
  string,
  version,
}: Record<'int' | 'bool' | 'string' | 'version', unknown>): object => ({
  IntValue: int ?? null,
  BoolValue: bool ?? null,
  StringValue: string ?? null,
  VersionValue: version ?? null,
  IntValues: null,
  BoolValues: null,
  StringValues: null,
  VersionValues: null,
});

function capacityErrors(
  { value, requestPolicy }: DeviceCapacity,
  field: string,
  isShared: boolean,
): readonly FieldError[] {
  if (requestPolicy === undefined) return [];
  const at = `${field}.requestPolicy`;
  return isShared
    ? validateRequestPolicy(value, requestPolicy, at)
    : [forbidden(at, 'allowMultipleAllocations must be true')];
}

function taintErrors({ key, value = '', effect }: DeviceTaint, field: string): readonly FieldError[] {
  const at = `${field}.effect`;
  return [
    ...keyErrors(key, `${field}.key`),
    ...valueErrors(value, `${field}.value`),
    ...(effect === '' ? [required(at)] : EFFECTS.includes(effect) ? [] : [notSupported(at, effect, EFFECTS)]),
  ];
}

const consumptionErrors = (
  { counterSet, counters = {} }: DeviceCounterConsumption,
  field: string,
): readonly FieldError[] => [
  ...(counterSet === '' ? [required(`${field}.counterSet`)] : labelErrors(counterSet, `${field}.counterSet`)),
  ...countersErrors(counters, `${field}.counters`),
];

/** Amounts by name; any amount will do. */
export function countersErrors(counters: Readonly<Record<string, unknown>>, field: string): readonly FieldError[] {
  const names = Object.keys(counters);
  if (names.length === 0) return [required(field)];
  if (names.length > MAX_COUNTERS) return [tooMany(field, names.length, MAX_COUNTERS)];
  return names.flatMap(name => labelErrors(name, field));
}

function placeErrors(
  { nodeName, nodeSelector, allNodes }: Device,
  field: string,
  isPlaced: boolean,
): readonly FieldError[] {
  const when = '`perDeviceNodeSelection` is set to true in the ResourceSlice spec';
  if (!isPlaced) {
    const isSaid = nodeName !== undefined || nodeSelector !== undefined || allNodes !== undefined;
    return isSaid
      ? [invalid(field, null, `\`nodeName\`, \`nodeSelector\` and \`allNodes\` can only be set if ${when}`)]
      : [];
  }
  const errors: FieldError[] = [];
  const set: string[] = [];
  if (nodeName === '') errors.push(invalid(`${field}.nodeName`, '', 'must not be empty'));
  else if (nodeName !== undefined) {
    set.push('`nodeName`');
    errors.push(...subdomainProblems(nodeName).map(problem => invalid(`${field}.nodeName`, nodeName, problem)));
  }
  if (nodeSelector !== undefined) {
    set.push('`nodeSelector`');
    errors.push(...validateNodeSelector(nodeSelector, `${field}.nodeSelector`));
  }
  if (allNodes === true) set.push('`allNodes`');
  else if (allNodes === false) errors.push(invalid(`${field}.allNodes`, false, 'must be either unset or set to true'));
  const detail = `exactly one of \`nodeName\`, \`nodeSelector\`, or \`allNodes\` is required when ${when}`;
  if (set.length === 0) errors.push(required(field, detail));
  if (set.length > 1) errors.push(invalid(field, `{${set.join(', ')}}`, detail));
  return errors;
}
