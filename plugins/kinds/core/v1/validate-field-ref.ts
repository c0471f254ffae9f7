import { invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import { canonicalQuantity, parseQuantity } from '../../../../src/base/quantity.ts';
import { qualifiedNameProblems } from '../../../../src/base/qualified-name.ts';
import type { ObjectFieldSelector, ResourceFieldSelector } from './field-selector.ts';

/** Fields that have a name at all; where they can be used is narrower. */
const LABELS: ReadonlySet<string> = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.serviceAccountName',
  'spec.schedulerName',
  'status.phase',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]);
const SUBSCRIPTED = /^([^[]+)\['(.+)'\]$/s;

/** A field of the pod: one of `fields`, or a single label or annotation. */
export function validateFieldRef(
  { apiVersion, fieldPath }: ObjectFieldSelector,
  fields: readonly string[],
  field: string,
): readonly FieldError[] {
  const path = `${field}.fieldPath`;
  if (fieldPath === '') return [required(path)];
  const refuse = (problem: string): readonly FieldError[] => [
    invalid(path, fieldPath, `error converting fieldPath: ${problem}`),
  ];
  if (apiVersion !== 'v1') return refuse(`unsupported pod version: ${apiVersion}`);
  const [, owner, key] = SUBSCRIPTED.exec(fieldPath) ?? [];
  if (owner !== undefined && key !== undefined) {
    if (owner !== 'metadata.annotations' && owner !== 'metadata.labels') {
      return refuse(`field label does not support subscript: ${fieldPath}`);
    }
    const name = owner === 'metadata.annotations' ? key.toLowerCase() : key;
    return qualifiedNameProblems(name).map(problem => invalid(field, name, problem));
  }
  const known = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
  if (!LABELS.has(known)) return refuse(`field label not supported: ${fieldPath}`);
  return fields.includes(known) ? [] : [notSupported(path, known, fields)];
}

const RESOURCES: readonly string[] = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const HUGE_PAGES = /^(?:limits|requests)\.hugepages-/;

/** A resource of a container, which a volume has to name. */
export function validateResourceFieldRef(
  { containerName = '', resource, divisor }: ResourceFieldSelector,
  field: string,
  owner: 'container' | 'volume',
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (owner === 'volume' && containerName === '') errors.push(required(`${field}.containerName`));
  else if (resource === '') errors.push(required(`${field}.resource`));
  else if (!RESOURCES.includes(resource) && !HUGE_PAGES.test(resource)) {
    errors.push(notSupported(`${field}.resource`, resource, RESOURCES));
  }
  return [...errors, ...divisorErrors(resource, divisor, `${field}.divisor`)];
}

const CPU_DIVISORS: readonly string[] = ['1m', '1'];
const SIZE_DIVISORS: readonly string[] = [
  '1',
  '1k',
  '1M',
  '1G',
  '1T',
  '1P',
  '1E',
  '1Ki',
  '1Mi',
  '1Gi',
  '1Ti',
  '1Pi',
  '1Ei',
];
const SIZES = SIZE_DIVISORS.join(', ');

function divisorErrors(resource: string, divisor: string, field: string): readonly FieldError[] {
  if (parseQuantity(divisor).nano === 0n) return [];
  const name = resource.replace(/^(?:limits|requests)\./, '');
  const unit = canonicalQuantity(divisor);
  const refuse = (detail: string): readonly FieldError[] => [invalid(field, resource, detail)];
  if (name === 'cpu') {
    return CPU_DIVISORS.includes(unit)
      ? []
      : refuse("only divisor's values 1m and 1 are supported with the cpu resource");
  }
  const kind =
    name === 'memory'
      ? 'memory'
      : name === 'ephemeral-storage'
        ? 'local ephemeral storage'
        : name.startsWith('hugepages-')
          ? 'hugepages'
          : undefined;
  if (kind === undefined || SIZE_DIVISORS.includes(unit)) return [];
  return refuse(`only divisor's values ${SIZES} are supported with the ${kind} resource`);
}
