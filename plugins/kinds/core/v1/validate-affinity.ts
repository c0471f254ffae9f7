import { forbidden, invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { validateLabelSelector } from '../../../../src/api/label-selector.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { labelValueProblems, qualifiedNameProblems, subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { Affinity, NodeAffinity, PodAffinity, PodAffinityTerm } from './affinity.ts';
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from './node-selector.ts';
import { validateLabelKeys } from './validate-label-keys.ts';

export function validateAffinity(affinity: Affinity | undefined, field: string): readonly FieldError[] {
  const { nodeAffinity = {}, podAffinity = {}, podAntiAffinity = {} } = affinity ?? {};
  return [
    ...validateNodeAffinity(nodeAffinity, `${field}.nodeAffinity`),
    ...validatePodAffinity(podAffinity, `${field}.podAffinity`),
    ...validatePodAffinity(podAntiAffinity, `${field}.podAntiAffinity`),
  ];
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

const weightErrors = (weight: number, field: string): readonly FieldError[] =>
  weight >= 1 && weight <= 100 ? [] : [invalid(`${field}.weight`, weight, 'must be in the range 1-100')];

function validateNodeAffinity(
  { [REQUIRED]: must, [PREFERRED]: preferred = [] }: NodeAffinity,
  field: string,
): readonly FieldError[] {
  return [
    ...(must === undefined ? [] : validateNodeSelector(must, `${field}.${REQUIRED}`)),
    // A label value that cannot be is only never preferred.
    ...preferred.flatMap(({ weight, preference }, index) => [
      ...weightErrors(weight, `${field}.${PREFERRED}[${index}]`),
      ...validateTerm(preference, `${field}.${PREFERRED}[${index}].preference`, false),
    ]),
  ];
}

/** Nodes that are chosen for good, by a pod or a volume. */
export function validateNodeSelector({ nodeSelectorTerms: terms }: NodeSelector, field: string): readonly FieldError[] {
  const path = `${field}.nodeSelectorTerms`;
  return terms.length === 0
    ? [required(path, 'must have at least one node selector term')]
    : terms.flatMap((term, index) => validateTerm(term, `${path}[${index}]`, true));
}

const validateTerm = (
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  field: string,
  checksValues: boolean,
): readonly FieldError[] => [
  ...matchExpressions.flatMap((one, index) =>
    validateExpression(one, `${field}.matchExpressions[${index}]`, checksValues),
  ),
  ...matchFields.flatMap((one, index) => validateField(one, `${field}.matchFields[${index}]`)),
];

function validateExpression(
  { key, operator, values = [] }: NodeSelectorRequirement,
  field: string,
  checksValues: boolean,
): readonly FieldError[] {
  return [
    ...operatorErrors(operator, values, field),
    ...qualifiedNameProblems(key).map(problem => ({
      ...invalid(`${field}.key`, key, problem),
      place: `${field}.values`,
    })),
    ...(checksValues
      ? values.flatMap((value, index) =>
          labelValueProblems(value).map(problem => invalid(`${field}.values[${index}]`, value, problem)),
        )
      : []),
  ];
}

function operatorErrors(operator: string, values: readonly string[], field: string): readonly FieldError[] {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0
        ? []
        : [required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? []
        : [forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
    case 'Gt':
    case 'Lt':
      return values.length === 1
        ? []
        : [required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'")];
    default:
      return [invalid(`${field}.operator`, operator, 'not a valid selector operator')];
  }
}

/** The only field of a node that can be selected by is its name. */
function validateField({ key, operator, values = [] }: NodeSelectorRequirement, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalid(`${field}.operator`, operator, 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(`${field}.values`, detail));
  }
  if (key !== 'metadata.name') {
    return [...errors, { ...invalid(`${field}.key`, key, 'not a valid field selector key'), place: `${field}.values` }];
  }
  return [
    ...errors,
    ...values.flatMap((value, index) =>
      subdomainProblems(value).map(problem => invalid(`${field}.values[${index}]`, value, problem)),
    ),
  ];
}

const validatePodAffinity = (
  { [REQUIRED]: must = [], [PREFERRED]: preferred = [] }: PodAffinity,
  field: string,
): readonly FieldError[] => [
  ...must.flatMap((term, index) => validatePodTerm(term, `${field}.${REQUIRED}[${index}]`)),
  ...preferred.flatMap(({ weight, podAffinityTerm }, index) => [
    ...weightErrors(weight, `${field}.${PREFERRED}[${index}]`),
    ...validatePodTerm(podAffinityTerm, `${field}.${PREFERRED}[${index}].podAffinityTerm`),
  ]),
];

function validatePodTerm(term: PodAffinityTerm, field: string): readonly FieldError[] {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey } = term;
  return [
    ...validateLabelSelector(labelSelector, `${field}.labelSelector`),
    ...validateLabelSelector(namespaceSelector, `${field}.namespaceSelector`),
    ...namespaces.flatMap((name, index) =>
      dnsLabelProblems(name).map(problem => ({
        ...invalid(`${field}.namespace`, name, problem),
        place: `${field}.namespaces[${index}]`,
      })),
    ),
    ...validateLabelKeys(term, field),
    ...(topologyKey === '' ? [required(`${field}.topologyKey`, 'can not be empty')] : []),
    ...qualifiedNameProblems(topologyKey).map(problem => invalid(`${field}.topologyKey`, topologyKey, problem)),
  ];
}
