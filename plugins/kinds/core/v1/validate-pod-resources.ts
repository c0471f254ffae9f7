import { duplicate, forbidden, invalid, notSupported, placedAfter, required } from '../../../../src/api/field-error.ts';
import type { FieldError } from '../../../../src/api/field-error.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { compareQuantities, parseQuantity } from '../../../../src/base/quantity.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { PodResourceClaim, PodSpec } from './pod-spec.ts';
import { containersTogether } from './pod-resources.ts';
import { resourceNameErrors } from './resource-names.ts';
import { validateResources } from './validate-resources.ts';

const SUPPORTED: readonly string[] = ['cpu', 'hugepages-', 'memory'];

/** What a pod asks for as a whole, against what its containers ask for. */
export function validatePodResources(spec: PodSpec, field: string): readonly FieldError[] {
  const { resources, os } = spec;
  if (resources === undefined) return [];
  if (os?.name === 'windows') return [forbidden(field, 'may not be set for a windows pod')];
  return [
    ...(resources.claims === undefined
      ? []
      : [forbidden(`${field}.claims`, 'claims may not be set for Resources at pod-level')]),
    ...validateResources(resources, field, claimNames(spec), podResourceErrors),
    ...placedAfter(field, [...requestErrors(spec, field), ...limitErrors(spec, field)]),
  ];
}

/** What containers may call the claims of their pod. */
export const claimNames = ({ resourceClaims = [] }: PodSpec): ReadonlySet<string> =>
  new Set(resourceClaims.map(({ name }) => name).filter(name => name !== ''));

function podResourceErrors(name: string, path: string): readonly FieldError[] {
  const errors = resourceNameErrors(name, path);
  if (errors.length > 0 || name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')) return errors;
  return [notSupported(path, name, SUPPORTED)];
}

const isMore = (a: string, b: string): boolean => compareQuantities(parseQuantity(a), parseQuantity(b)) > 0;

function requestErrors(spec: PodSpec, field: string): readonly FieldError[] {
  const requests = spec.resources?.requests ?? {};
  return Object.entries(containersTogether(spec, 'requests')).flatMap(([name, sum]) => {
    const request = Object.hasOwn(requests, name) ? requests[name] : undefined;
    if (request === undefined || !isMore(sum, request)) return [];
    const detail = `must be greater than or equal to aggregate container requests of ${sum}`;
    return [invalid(`${field}.requests[${name}]`, request, detail)];
  });
}

function limitErrors({ containers, resources }: PodSpec, field: string): readonly FieldError[] {
  const limits = resources?.limits ?? {};
  return containers.flatMap((container, index) =>
    Object.entries(container.resources.limits ?? {}).flatMap(([name, own]) => {
      const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
      if (limit === undefined || !isMore(own, limit)) return [];
      const path = `${field}.containers[${index}][${name}].limits`;
      return [invalid(path, own, `must be less than or equal to pod limits of ${limit}`)];
    }),
  );
}

/** Claims of the pod: each names a claim or what to make one from. */
export function validateResourceClaims(claims: readonly PodResourceClaim[], field: string): readonly FieldError[] {
  const names = new Set<string>();
  return claims.flatMap((claim, index) => {
    const path = `${field}[${index}]`;
    const { name, resourceClaimName, resourceClaimTemplateName } = claim;
    const errors: FieldError[] = [];
    if (name === '') errors.push(required(`${path}.name`));
    else if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    else {
      errors.push(...dnsLabelProblems(name).map(problem => invalid(`${path}.name`, name, problem)));
      names.add(name);
    }
    const shown = {
      Name: name,
      ResourceClaimName: resourceClaimName ?? null,
      ResourceClaimTemplateName: resourceClaimTemplateName ?? null,
    };
    const place = `${path}.resourceClaimName`;
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
      const detail = 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified';
      errors.push({ ...invalid(path, shown, detail), place });
    }
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
      const detail = 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`';
      errors.push({ ...invalid(path, shown, detail), place });
    }
    for (const [key, value] of Object.entries({ resourceClaimName, resourceClaimTemplateName })) {
      if (value === undefined) continue;
      errors.push(...subdomainProblems(value).map(problem => invalid(`${path}.${key}`, value, problem)));
    }
    return errors;
  });
}
