import { forbidden, invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { parseQuantity } from '../../../../src/base/quantity.ts';
import { containerResourceErrors } from '../../core/v1/resource-names.ts';
import type {
  ContainerResourceMetricSource,
  ExternalMetricSource,
  MetricSpec,
  MetricTarget,
  ObjectMetricSource,
  PodsMetricSource,
  ResourceMetricSource,
} from './metric-source.ts';
import { nameErrors, validateReference, versionProblem, type VersionRule } from './validate-reference.ts';

type Errors = readonly FieldError[];

export function validateMetrics(metrics: readonly MetricSpec[], old: readonly MetricSpec[], minReplicas = 1): Errors {
  const isOldWrong = old.some(
    ({ object }) =>
      object !== undefined && versionProblem(object.describedObject.apiVersion ?? '', 'core too') !== undefined,
  );
  const rule: VersionRule = isOldWrong ? 'any' : 'core too';
  const errors = metrics.flatMap((metric, index) => validateMetric(metric, `spec.metrics[${index}]`, rule));
  const fromZero = metrics.some(({ type }) => type === 'Object' || type === 'External');
  if (minReplicas !== 0 || fromZero) return errors;
  const text = 'must specify at least one Object or External metric to support scaling to zero replicas';
  return [...errors, forbidden('spec.metrics', text)];
}

const TYPES: readonly string[] = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
/** Field of each type, in the order in which upstream looks at them. */
const FIELDS = {
  Object: 'object',
  External: 'external',
  Pods: 'pods',
  Resource: 'resource',
  ContainerResource: 'containerResource',
} as const;
type Field = (typeof FIELDS)[keyof typeof FIELDS];

function validateMetric(spec: MetricSpec, field: string, rule: VersionRule): Errors {
  const { type } = spec;
  const errors: FieldError[] = [];
  if (type === '') errors.push(required(`${field}.type`, 'must specify a metric source type'));
  if (!TYPES.includes(type)) errors.push(notSupported(`${field}.type`, type, TYPES));
  const present = Object.values(FIELDS).filter(name => spec[name] !== undefined);
  const [first] = present;
  if (first !== undefined) errors.push(...validateSource(spec, first, `${field}.${first}`, rule));
  const expected = Object.entries(FIELDS).find(([known]) => known === type)?.[1];
  if (expected === undefined) errors.push(notSupported(`${field}.type`, type, TYPES));
  else if (spec[expected] === undefined) {
    errors.push(required(`${field}.${expected}`, 'must populate information for the given metric source'));
  }
  if (present.length === 1) return errors;
  const others = present.filter(name => name !== expected);
  return [
    ...errors,
    ...others.map(name => forbidden(`${field}.${name}`, 'must populate the given metric source only')),
  ];
}

function validateSource(spec: MetricSpec, name: Field, field: string, rule: VersionRule): Errors {
  switch (name) {
    case 'object':
      return spec.object === undefined ? [] : validateObject(spec.object, field, rule);
    case 'external':
      return spec.external === undefined ? [] : validateExternal(spec.external, field);
    case 'pods':
      return spec.pods === undefined ? [] : validatePods(spec.pods, field);
    case 'resource':
      return spec.resource === undefined ? [] : validateResource(spec.resource, field);
    case 'containerResource':
      return spec.containerResource === undefined ? [] : validateContainerResource(spec.containerResource, field);
  }
}

const validateIdentifier = ({ metric: { name } }: PodsMetricSource, field: string): Errors =>
  nameErrors(name, `${field}.metric.name`, 'must specify a metric name');

function validateObject(source: ObjectMetricSource, field: string, rule: VersionRule): Errors {
  const { value, averageValue } = source.target;
  return [
    ...validateReference(source.describedObject, `${field}.describedObject`, rule),
    ...validateIdentifier(source, field),
    ...validateTarget(source.target, `${field}.target`),
    ...(value === undefined && averageValue === undefined
      ? [required(`${field}.target.averageValue`, 'must set either a target value or averageValue')]
      : []),
  ];
}

function validateExternal(source: ExternalMetricSource, field: string): Errors {
  const { value, averageValue } = source.target;
  const errors: FieldError[] = [
    ...validateIdentifier(source, field),
    ...validateTarget(source.target, `${field}.target`),
  ];
  if (value === undefined && averageValue === undefined) {
    const text = 'must set either a target value for metric or a per-pod target';
    errors.push(required(`${field}.target.averageValue`, text));
  }
  if (value !== undefined && averageValue !== undefined) {
    const text = 'may not set both a target value for metric and a per-pod target';
    errors.push(forbidden(`${field}.target.value`, text));
  }
  return errors;
}

const validatePods = (source: PodsMetricSource, field: string): Errors => [
  ...validateIdentifier(source, field),
  ...validateTarget(source.target, `${field}.target`),
  ...(source.target.averageValue === undefined
    ? [required(`${field}.target.averageValue`, 'must specify a positive target averageValue')]
    : []),
];

const validateResource = ({ name, target }: ResourceMetricSource, field: string): Errors => [
  ...(name === '' ? [required(`${field}.name`, 'must specify a resource name')] : []),
  ...validateResourceTarget(target, `${field}.target`),
];

const validateContainerResource = (
  { name, container, target }: ContainerResourceMetricSource,
  field: string,
): Errors => [
  ...(name === ''
    ? [required(`${field}.name`, 'must specify a resource name')]
    : containerResourceErrors(name, `${field}.name`)),
  ...(container === ''
    ? [required(`${field}.container`, 'must specify a container')]
    : dnsLabelProblems(container).map(problem => invalid(`${field}.container`, container, problem))),
  ...validateResourceTarget(target, `${field}.target`),
];

function validateResourceTarget(target: MetricTarget, field: string): Errors {
  const { averageUtilization, averageValue } = target;
  const errors: FieldError[] = [...validateTarget(target, field)];
  if (averageUtilization === undefined && averageValue === undefined) {
    const text = 'must set either a target raw value or a target utilization';
    errors.push(required(`${field}.averageUtilization`, text));
  }
  if (averageUtilization !== undefined && averageValue !== undefined) {
    const text = 'may not set both a target raw value and a target utilization';
    errors.push(forbidden(`${field}.averageValue`, text));
  }
  return errors;
}

function validateTarget({ type, value, averageValue, averageUtilization }: MetricTarget, field: string): Errors {
  const errors: FieldError[] = [];
  if (type === '') errors.push(required(`${field}.type`, 'must specify a metric target type'));
  if (!['Utilization', 'Value', 'AverageValue'].includes(type)) {
    errors.push(invalid(`${field}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  }
  for (const [name, amount] of Object.entries({ value, averageValue })) {
    if (amount !== undefined && parseQuantity(amount).nano <= 0n) {
      errors.push(invalid(`${field}.${name}`, amount, 'must be positive'));
    }
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.push(invalid(`${field}.averageUtilization`, averageUtilization, 'must be greater than 0'));
  }
  return errors;
}
