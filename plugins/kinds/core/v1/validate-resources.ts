import { invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { compareQuantities, parseQuantity, type Quantity } from '../../../../src/base/quantity.ts';
import { qualifiedNameProblems } from '../../../../src/base/qualified-name.ts';
import type { ResourceRequirements } from './resource-requirements.ts';

const STANDARD: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage', 'storage']);
const NANO = 1_000_000_000n;

/** What a container asks for: known names, amounts that make sense, no more requested than limited. */
export function validateResources(resources: ResourceRequirements, field: string): readonly FieldError[] {
  const { limits = {}, requests = {} } = resources;
  return [
    ...validateAmounts(limits, `${field}.limits`),
    ...Object.entries(requests).flatMap(([name, request]) => againstLimit(name, request, limits, `${field}.requests`)),
    ...validateAmounts(requests, `${field}.requests`),
  ];
}

type Amounts = Readonly<Record<string, string>>;

function validateAmounts(amounts: Amounts, field: string): readonly FieldError[] {
  return Object.entries(amounts).flatMap(([name, amount]) => {
    const path = `${field}[${name}]`;
    const errors = qualifiedNameProblems(name).map(problem => invalid(path, name, problem));
    if (!name.includes('/') && !isStandard(name)) {
      errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
      errors.push(invalid(path, name, 'must be a standard resource for containers'));
    }
    const { nano } = parseQuantity(amount);
    if (nano < 0n) errors.push(invalid(path, amount, 'must be greater than or equal to 0'));
    if (!isOvercommitted(name) && nano % NANO !== 0n) errors.push(invalid(path, amount, 'must be an integer'));
    return errors;
  });
}

const isStandard = (name: string): boolean => STANDARD.has(name) || name.startsWith('hugepages-');
/** Of CPU and memory more may be limited than there is. */
const isOvercommitted = (name: string): boolean =>
  !name.startsWith('hugepages-') && (STANDARD.has(name) || name.startsWith('kubernetes.io/'));

function againstLimit(name: string, request: string, limits: Amounts, field: string): readonly FieldError[] {
  const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
  if (limit === undefined) {
    return isOvercommitted(name) ? [] : [required(field, 'Limit must be set for non overcommitable resources')];
  }
  const order = compareQuantities(amountOf(request), amountOf(limit));
  if (!isOvercommitted(name) && order !== 0) {
    return [invalid(field, request, `must be equal to ${name} limit of ${limit}`)];
  }
  return order > 0 ? [invalid(field, request, `must be less than or equal to ${name} limit of ${limit}`)] : [];
}

const amountOf = (text: string): Quantity => parseQuantity(text);
