import {
  duplicate,
  forbidden,
  invalid,
  notFound,
  placed,
  required,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { compareQuantities, parseQuantity, readQuantity } from '../../../../src/base/quantity.ts';
import { MAX_CAUSES } from '../../../../src/api/status-error.ts';
import { containerResourceErrors, isCounted, isHugePages, isOvercommitted } from './resource-names.ts';
import type { ResourceRequirements } from './resource-requirements.ts';

const NANO = 1_000_000_000n;

export type NameRule = (name: string, path: string) => readonly FieldError[];

/** What a container asks for: known names, amounts that make sense, no more requested than limited. */
export function validateResources(
  { limits = {}, requests = {}, claims = [] }: ResourceRequirements,
  field: string,
  podClaims: ReadonlySet<string> = new Set(),
  nameErrors: NameRule = containerResourceErrors,
): readonly FieldError[] {
  const amountErrors = (name: string, amount: string, path: string): readonly FieldError[] => [
    ...nameErrors(name, path),
    ...quantityErrors(name, amount, path),
  ];
  const errors: FieldError[] = [];
  for (const [name, limit] of Object.entries(limits)) {
    if (errors.length >= MAX_CAUSES) break;
    const path = `${field}.limits[${name}]`;
    errors.push(...amountErrors(name, limit, path), ...hugePageErrors(name, limit, path));
  }
  for (const [name, request] of Object.entries(requests)) {
    if (errors.length >= MAX_CAUSES) break;
    const path = `${field}.requests[${name}]`;
    const ofRequest = [
      ...amountErrors(name, request, path),
      ...againstLimit(name, request, limits, field),
      ...hugePageErrors(name, request, path),
    ];
    errors.push(...placed(`${field}.requests`, ofRequest));
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    errors.push(...placed(`${field}.requests`, [forbidden(field, 'HugePages require cpu or memory')]));
  }
  return [...errors, ...validateClaims(claims, podClaims, `${field}.claims`)];
}

type Amounts = Readonly<Record<string, string>>;

/** Amounts are not negative, and whole where they count things; ValidateResourceQuantityValue. */
export function quantityErrors(name: string, amount: string, path: string): readonly FieldError[] {
  const { nano } = parseQuantity(amount);
  const errors = nano < 0n ? [invalid(path, amount, 'must be greater than or equal to 0')] : [];
  return isCounted(name) && nano % NANO !== 0n ? [...errors, invalid(path, amount, 'must be an integer')] : errors;
}

function hugePageErrors(name: string, amount: string, path: string): readonly FieldError[] {
  if (!isHugePages(name)) return [];
  return isWholePages(name.slice('hugepages-'.length), parseQuantity(amount).nano)
    ? []
    : [invalid(path, amount, `${amount} is not positive integer multiple of ${name}`)];
}

function isWholePages(size: string, nano: bigint): boolean {
  const page = readQuantity(size)?.nano ?? 0n;
  return page > 0n && page % NANO === 0n && nano % page === 0n;
}

function againstLimit(name: string, request: string, limits: Amounts, field: string): readonly FieldError[] {
  const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
  if (limit === undefined) {
    return isOvercommitted(name)
      ? []
      : [required(`${field}.limits`, 'Limit must be set for non overcommitable resources')];
  }
  const order = compareQuantities(parseQuantity(request), parseQuantity(limit));
  if (!isOvercommitted(name) && order !== 0) {
    return [invalid(`${field}.requests`, request, `must be equal to ${name} limit of ${limit}`)];
  }
  return order > 0
    ? [invalid(`${field}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`)]
    : [];
}

/** A container uses claims of its pod, each once, whole or by request. */
function validateClaims(
  claims: NonNullable<ResourceRequirements['claims']>,
  podClaims: ReadonlySet<string>,
  field: string,
): readonly FieldError[] {
  const seen = new Set<string>();
  return claims.flatMap(({ name, request = '' }, index) => {
    const path = `${field}[${index}]`;
    if (name === '') return placed(`${path}.name`, [required(path)]);
    const errors: FieldError[] = [];
    const key = request === '' ? name : `${name}/${request}`;
    if (seen.has(name)) errors.push(duplicate(path, name));
    else {
      if (request !== '') {
        errors.push(...dnsLabelProblems(request).map(problem => invalid(`${path}.request`, request, problem)));
      }
      if (seen.has(key)) errors.push(duplicate(path, key));
      else if (request === '' && [...seen].some(other => other.startsWith(`${name}/`))) {
        errors.push(duplicate(path, name));
      }
      seen.add(key);
    }
    if (!podClaims.has(name)) {
      const known = podClaims.size === 0 ? ' which is empty' : `: ${[...podClaims].sort().join(', ')}`;
      const detail = `must be one of the names in pod.spec.resourceClaims${known}`;
      errors.push({ ...notFound(path, name), detail });
    }
    return errors;
  });
}
