import {
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { isRecord } from '../../../../src/base/is-record.ts';
import { compileDeviceExpression, MAX_SELECTOR_COST } from '../cel/device-expression.ts';
import { driverNameErrors } from '../../storage/v1/driver-name-errors.ts';
import type { DeviceClaimConfiguration, OpaqueDeviceConfiguration } from './device-configuration.ts';
import { fullyQualifiedErrors, keyErrors, labelErrors, subdomainErrors, valueErrors } from './device-name-rules.ts';
import type { DeviceSelector, DeviceToleration } from './device-selector.ts';
import { eachOf, eachOnce } from './each-of.ts';
import type {
  DeviceClaim,
  DeviceConstraint,
  DeviceRequest,
  DeviceSubRequest,
  ExactDeviceRequest,
  ResourceClaimSpec,
} from './resource-claim-spec.ts';

const MAX_ITEMS = 32;
const MAX_SUB_REQUESTS = 8;
const MAX_EXPRESSION_BYTES = 10 * 1024;
const MAX_PARAMETER_BYTES = 10 * 1024;
const MODES: readonly string[] = ['All', 'ExactCount'];
const OPERATORS: readonly string[] = ['Equal', 'Exists'];
const EFFECTS: readonly string[] = ['NoExecute', 'NoSchedule', 'None'];
const ONE_OF = 'exactly one of `exactly` or `firstAvailable` is required';
const REFERENCE =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

/** Resource validation's validateResourceClaimSpec, in its order. */
export function validateResourceClaimSpec({ devices }: ResourceClaimSpec, field: string): readonly FieldError[] {
  const { requests, constraints = [], config = [] } = devices;
  const names = requestNames(devices);
  const path = `${field}.devices`;
  return [
    ...eachOnce(requests ?? [], MAX_ITEMS, `${path}.requests`, requestErrors, ({ name }) => name),
    ...eachOf(constraints, MAX_ITEMS, `${path}.constraints`, (one, at) => constraintErrors(one, at, names)),
    ...eachOf(config, MAX_ITEMS, `${path}.config`, (one, at) => claimConfigurationErrors(one, at, names)),
  ];
}

/** By which its parts refer to the requests of a claim: `request`, or `request/subrequest`. */
export const requestNames = ({ requests }: DeviceClaim): ReadonlySet<string> =>
  new Set(
    (requests ?? []).flatMap(({ name, firstAvailable = [] }) => [
      name,
      ...firstAvailable.map(sub => `${name}/${sub.name}`),
    ]),
  );

function requestErrors({ name, exactly, firstAvailable = [] }: DeviceRequest, field: string): readonly FieldError[] {
  const errors = [...labelErrors(name, `${field}.name`)];
  if (exactly === undefined) {
    return firstAvailable.length === 0
      ? [...errors, required(field, ONE_OF)]
      : [
          ...errors,
          ...eachOnce(firstAvailable, MAX_SUB_REQUESTS, `${field}.firstAvailable`, subRequestErrors, sub => sub.name),
        ];
  }
  return firstAvailable.length === 0
    ? [...errors, ...deviceErrors(exactly, `${field}.exactly`)]
    : [...errors, invalid(field, null, `${ONE_OF}, but multiple fields are set`)];
}

const subRequestErrors = (request: DeviceSubRequest, field: string): readonly FieldError[] => [
  ...labelErrors(request.name, `${field}.name`),
  ...deviceErrors(request, field),
];

function deviceErrors(request: ExactDeviceRequest | DeviceSubRequest, field: string): readonly FieldError[] {
  const { deviceClassName, selectors = [], allocationMode: mode, count = 0, tolerations = [] } = request;
  const wrongCount =
    mode === 'All' && count !== 0
      ? "must not be specified when allocationMode is 'All'"
      : mode === 'ExactCount' && count <= 0
        ? 'must be greater than zero'
        : undefined;
  return [
    ...subdomainErrors(deviceClassName, `${field}.deviceClassName`),
    ...selectorErrors(selectors, `${field}.selectors`),
    ...(wrongCount === undefined ? [] : [invalid(`${field}.count`, count, wrongCount)]),
    ...(MODES.includes(mode) ? [] : [notSupported(`${field}.allocationMode`, mode, MODES)]),
    ...tolerations.flatMap((one, index) => tolerationErrors(one, `${field}.tolerations[${index}]`)),
  ];
}

export const selectorErrors = (selectors: readonly DeviceSelector[], field: string): readonly FieldError[] =>
  eachOf(selectors, MAX_ITEMS, field, ({ cel }, at) => {
    if (cel === undefined) return [required(`${at}.cel`)];
    return expressionErrors(cel.expression, `${at}.cel.expression`);
  });

function expressionErrors(text: string, field: string): readonly FieldError[] {
  if (Buffer.byteLength(text) > MAX_EXPRESSION_BYTES) return [tooLong(field, MAX_EXPRESSION_BYTES)];
  const expression = compileDeviceExpression(text);
  if ('problem' in expression) return [invalid(field, text, expression.problem)];
  return expression.maxCost > MAX_SELECTOR_COST ? [forbidden(field, 'too complex, exceeds cost limit')] : [];
}

function tolerationErrors(toleration: DeviceToleration, field: string): readonly FieldError[] {
  const { key = '', operator, value = '', effect = '' } = toleration;
  const errors = key === '' ? [] : [...keyErrors(key, `${field}.key`)];
  if (operator === 'Equal') errors.push(...valueErrors(value, `${field}.value`));
  else if (operator !== 'Exists') errors.push(notSupported(`${field}.operator`, operator, OPERATORS));
  else if (value !== '') errors.push(invalid(`${field}.value`, value, 'must be empty for operator `Exists`'));
  if (effect !== '' && !EFFECTS.includes(effect)) errors.push(notSupported(`${field}.effect`, effect, EFFECTS));
  return errors;
}

function constraintErrors(
  constraint: DeviceConstraint,
  field: string,
  names: ReadonlySet<string>,
): readonly FieldError[] {
  const { requests = [], matchAttribute: match, distinctAttribute: distinct } = constraint;
  const errors = [...referencesErrors(requests, `${field}.requests`, names)];
  if (match !== undefined) return [...errors, ...fullyQualifiedErrors(match, `${field}.matchAttribute`)];
  if (distinct !== undefined) return [...errors, ...fullyQualifiedErrors(distinct, `${field}.distinctAttribute`)];
  const detail = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';
  return [...errors, required(field, detail)];
}

const claimConfigurationErrors = (
  { requests = [], opaque }: DeviceClaimConfiguration,
  field: string,
  names: ReadonlySet<string>,
): readonly FieldError[] => [
  ...referencesErrors(requests, `${field}.requests`, names),
  ...configurationErrors(opaque, field),
];

export const referencesErrors = (
  requests: readonly string[],
  field: string,
  names: ReadonlySet<string>,
): readonly FieldError[] =>
  eachOnce(
    requests,
    MAX_ITEMS,
    field,
    (name, at) => referenceErrors(name, at, names),
    name => name,
  );

export function referenceErrors(name: string, field: string, names: ReadonlySet<string>): readonly FieldError[] {
  const parts = name.split('/');
  if (parts.length > 2) return [invalid(field, name, REFERENCE)];
  return [
    ...parts.flatMap(part => labelErrors(part, field)),
    ...(names.has(name) ? [] : [invalid(field, name, REFERENCE)]),
  ];
}

export function configurationErrors(
  opaque: OpaqueDeviceConfiguration | undefined,
  field: string,
): readonly FieldError[] {
  if (opaque === undefined) return [required(`${field}.opaque`)];
  return [
    ...driverNameErrors(opaque.driver, `${field}.opaque.driver`),
    ...jsonErrors(opaque.parameters, `${field}.opaque.parameters`, MAX_PARAMETER_BYTES),
  ];
}

/** Of what only a driver understands: that it is an object, and not too large. */
export function jsonErrors(value: unknown, field: string, maxBytes: number): readonly FieldError[] {
  if (value === undefined || value === null) return [required(field)];
  if (Buffer.byteLength(JSON.stringify(value)) > maxBytes) return [tooLong(field, maxBytes)];
  return isRecord(value) ? [] : [invalid(field, '<value omitted>', 'must be a valid JSON object')];
}
