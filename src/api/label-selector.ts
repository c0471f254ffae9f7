import { labelValueProblems, qualifiedNameProblems } from '../base/qualified-name.ts';
import { fieldErrorBody, forbidden, invalid, required, type FieldError } from './field-error.ts';
import { badRequestError } from './status-error.ts';
import { selectorRequirements, type Operator } from './selector-requirements.ts';

export type Labels = Readonly<Record<string, string>>;

/** A compiled selector. */
export interface LabelMatcher {
  /** Selects whatever it is shown. */
  readonly everything: boolean;
  readonly requirements: readonly Requirement[];
  matches(labels: Labels | undefined): boolean;
}

export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  /** Sorted; empty for `exists` and `!`. */
  readonly values: readonly string[];
}

/** `metav1.LabelSelector`. */
export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
}
export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** Reads the `labelSelector` parameter. Throws `StatusError` BadRequest with upstream's wording. */
export function parseLabelSelector(text: string): LabelMatcher {
  if (text.length > MAX_SELECTOR_CHARS) throw badRequestError(`label selector is longer than ${MAX_SELECTOR_CHARS}`);
  return compile(selectorRequirements(text, newRequirement, problem => badRequestError(problem)));
}

/** Absent selects nothing, an empty one everything. Throws `StatusError` BadRequest when it is not valid. */
export function labelMatcher(selector: LabelSelector | undefined): LabelMatcher {
  if (selector === undefined) return NOTHING;
  const equal = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => newRequirement(key, '=', [value]));
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values }) => {
    const known = OBJECT_OPERATORS.get(operator);
    if (known === undefined) {
      throw badRequestError(`${JSON.stringify(operator)} is not a valid label selector operator`);
    }
    return newRequirement(key, known, values ?? []);
  });
  return compile([...equal, ...expressions]);
}

/** Selects objects that carry all of `labels`: a Service's or a ReplicationController's selector. */
export function matcherOfLabels(labels: Labels): LabelMatcher {
  return compile(Object.entries(labels).map(([key, value]) => ({ key, operator: '=', values: [value] })));
}

/** The selector as a `labelSelector` parameter says it. */
export function labelSelectorText({ requirements }: LabelMatcher): string {
  return requirements
    .toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(printed)
    .join(',');
}

/** Complaints about a selector in an object, worded as apimachinery's ValidateLabelSelector. */
export function validateLabelSelector(selector: LabelSelector | undefined, field: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(selector?.matchLabels ?? {})) {
    for (const problem of qualifiedNameProblems(key)) errors.push(invalid(`${field}.matchLabels`, key, problem));
    for (const problem of labelValueProblems(value)) errors.push(invalid(`${field}.matchLabels`, value, problem));
  }
  for (const [index, expression] of (selector?.matchExpressions ?? []).entries()) {
    errors.push(...labelRequirementErrors(expression, `${field}.matchExpressions[${index}]`));
  }
  return errors;
}

/** Selectors reach us in a URL, which is bounded far below this; objects are bounded by their size. */
const MAX_SELECTOR_CHARS = 64 * 1024;

const OBJECT_OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!'],
]);

const NOTHING: LabelMatcher = Object.freeze({ everything: false, requirements: [], matches: () => false });

function compile(requirements: readonly Requirement[]): LabelMatcher {
  return Object.freeze({
    everything: requirements.length === 0,
    requirements,
    matches: (labels: Labels | undefined) => requirements.every(requirement => meets(labels ?? {}, requirement)),
  });
}

function meets(labels: Labels, { key, operator, values }: Requirement): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case 'in':
    case '=':
    case '==':
      return value !== undefined && values.includes(value);
    case 'notin':
    case '!=':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
    case 'lt':
      return value !== undefined && comparesAs(operator, value, values[0] ?? '');
  }
}

function comparesAs(operator: 'gt' | 'lt', value: string, bound: string): boolean {
  if (!isInteger(value) || !isInteger(bound)) return false;
  return operator === 'gt' ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound);
}

/** A signed 64-bit decimal as Go's ParseInt takes it. */
function isInteger(text: string): boolean {
  if (text.length > 20 || !/^[+-]?\d+$/.test(text)) return false;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value === BigInt.asIntN(64, value);
}

/** Throws BadRequest, naming fields as apimachinery's NewRequirement does without a path. */
function newRequirement(key: string, operator: Operator, values: readonly string[]): Requirement {
  const errors: FieldError[] = [];
  const keyProblems = qualifiedNameProblems(key);
  if (keyProblems.length > 0) errors.push(invalid('key', key, keyProblems.join('; ')));
  errors.push(...countErrors(operator, values));
  for (const [index, value] of values.entries()) {
    const problems = labelValueProblems(value);
    if (problems.length > 0) errors.push(invalid(`values[${index}][${key}]`, value, problems.join('; ')));
  }
  if (errors.length > 0) {
    const texts = [...new Set(errors.map(error => `${error.field}: ${fieldErrorBody(error)}`))];
    throw badRequestError(texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`);
  }
  return { key, operator, values: values.toSorted() };
}

function countErrors(operator: Operator, values: readonly string[]): readonly FieldError[] {
  switch (operator) {
    case 'in':
    case 'notin':
      return values.length > 0
        ? []
        : [invalid('values', values, "for 'in', 'notin' operators, values set can't be empty")];
    case '=':
    case '==':
    case '!=':
      return values.length === 1
        ? []
        : [invalid('values', values, 'exact-match compatibility requires one single value')];
    case 'exists':
    case '!':
      return values.length === 0
        ? []
        : [invalid('values', values, 'values set must be empty for exists and does not exist')];
    case 'gt':
    case 'lt':
      return values.flatMap((value, index) =>
        isInteger(value)
          ? []
          : [invalid(`values[${index}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer")],
      );
  }
}

/** The same about one of its expressions. */
export function labelRequirementErrors(expression: LabelSelectorRequirement, field: string): readonly FieldError[] {
  const { key, operator, values = [] } = expression;
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) {
      errors.push(required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) {
      errors.push(forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    }
  } else {
    errors.push(invalid(`${field}.operator`, operator, 'not a valid selector operator'));
  }
  for (const problem of qualifiedNameProblems(key)) {
    errors.push({ ...invalid(`${field}.key`, key, problem), place: `${field}.values` });
  }
  for (const [index, value] of values.entries()) {
    for (const problem of labelValueProblems(value)) errors.push(invalid(`${field}.values[${index}]`, value, problem));
  }
  return errors;
}

function printed({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`;
    case 'gt':
      return `${key}>${values[0] ?? ''}`;
    case 'lt':
      return `${key}<${values[0] ?? ''}`;
    case '=':
    case '==':
    case '!=':
      return `${key}${operator}${values[0] ?? ''}`;
  }
}
