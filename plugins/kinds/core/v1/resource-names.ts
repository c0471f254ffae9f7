import { invalid, type FieldError } from '../../../../src/api/field-error.ts';
import { qualifiedNameProblems } from '../../../../src/base/qualified-name.ts';

/** Resources of containers whose names need no domain. */
const OF_CONTAINERS: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);
/** Objects that quotas count by a name of their own. */
const COUNTED: ReadonlySet<string> = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);
const OF_QUOTAS: ReadonlySet<string> = new Set([
  ...OF_CONTAINERS,
  ...['requests', 'limits'].flatMap(kind => [...OF_CONTAINERS].map(name => `${kind}.${name}`)),
  ...COUNTED,
  'requests.storage',
]);

export const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const isQuotaHugePages = (name: string): boolean => isHugePages(name) || name.startsWith('requests.hugepages-');

/** Of Kubernetes itself, not of somebody's domain. */
export const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');
/** Of these more may be limited than there is. */
export const isOvercommitted = (name: string): boolean => isNative(name) && !isHugePages(name);
/** Of somebody's domain, and not yet in the form that quotas name it by. */
export const isExtended = (name: string): boolean =>
  !isNative(name) && !name.startsWith('requests.') && qualifiedNameProblems(`requests.${name}`).length === 0;
/** Comes in whole numbers. */
export const isCounted = (name: string): boolean => COUNTED.has(name) || isExtended(name);
export const isQuotaResource = (name: string): boolean => OF_QUOTAS.has(name) || isQuotaHugePages(name);

/** The name of a resource, wherever it is asked for. */
export function resourceNameErrors(name: string, path: string): readonly FieldError[] {
  const errors = qualifiedNameProblems(name).map(problem => invalid(path, name, problem));
  if (errors.length > 0 || name.includes('/') || name === 'storage' || isQuotaResource(name)) return errors;
  return [invalid(path, name, 'must be a standard resource type or fully qualified')];
}

export function containerResourceErrors(name: string, path: string): readonly FieldError[] {
  const errors = resourceNameErrors(name, path);
  if (!name.includes('/')) {
    return OF_CONTAINERS.has(name) || isHugePages(name)
      ? errors
      : [...errors, invalid(path, name, 'must be a standard resource for containers')];
  }
  return isNative(name) || isExtended(name)
    ? errors
    : [...errors, invalid(path, name, "doesn't follow extended resource name standard")];
}

export function quotaResourceErrors(name: string, path: string): readonly FieldError[] {
  const errors = resourceNameErrors(name, path);
  if (name.includes('/') || isQuotaResource(name)) return errors;
  return [...errors, invalid(path, name, 'must be a standard resource for quota')];
}
