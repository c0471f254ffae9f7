import type { RequestInfo } from '../apiserver/contract.ts';

/** A rule of a Role, as rbac.authorization.k8s.io/v1 has it. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** A rule over resources; verbs and resources are parted by blanks. */
export const resourceRule = (verbs: string, apiGroups: readonly string[], resources: string): PolicyRule => ({
  verbs: verbs.split(' '),
  apiGroups,
  resources: resources.split(' '),
});

export type RuledRequest = Pick<
  RequestInfo,
  'verb' | 'path' | 'isResourceRequest' | 'group' | 'resource' | 'subresource' | 'name'
>;

export function ruleAllows(rule: PolicyRule, request: RuledRequest): boolean {
  if (!has(rule.verbs, request.verb)) return false;
  if (!request.isResourceRequest) return (rule.nonResourceURLs ?? []).some(url => urlMatches(url, request.path));
  const names = rule.resourceNames ?? [];
  return (
    has(rule.apiGroups ?? [], request.group) &&
    resourceMatches(rule.resources ?? [], request) &&
    (names.length === 0 || names.includes(request.name))
  );
}

const has = (values: readonly string[], wanted: string): boolean => values.includes('*') || values.includes(wanted);

// `*` covers everything, `pods` only the main resource, `*/scale` that subresource of every resource.
function resourceMatches(resources: readonly string[], { resource, subresource }: RuledRequest): boolean {
  const full = subresource === '' ? resource : `${resource}/${subresource}`;
  return has(resources, full) || (subresource !== '' && resources.includes(`*/${subresource}`));
}

function urlMatches(pattern: string, path: string): boolean {
  return pattern === '*' || pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)));
}

/** What of `wanted` no rule of `owned` grants; one rule in terms of single verbs and resources each. */
export function notCovered(wanted: readonly PolicyRule[], owned: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap(singles).filter(rule => !owned.some(other => covers(other, rule)));
}

function singles(rule: PolicyRule): readonly PolicyRule[] {
  const names = rule.resourceNames ?? [];
  return rule.verbs.flatMap(verb => [
    ...(rule.nonResourceURLs ?? []).map(url => ({ verbs: [verb], nonResourceURLs: [url] })),
    ...(rule.apiGroups ?? []).flatMap(group =>
      (rule.resources ?? []).flatMap(resource => {
        const single = { verbs: [verb], apiGroups: [group], resources: [resource] };
        return names.length === 0 ? [single] : names.map(name => ({ ...single, resourceNames: [name] }));
      }),
    ),
  ]);
}

function covers(owner: PolicyRule, single: PolicyRule): boolean {
  const every = (own: readonly string[] | undefined, want: readonly string[] | undefined): boolean =>
    (want ?? []).every(value => has(own ?? [], value));
  if (!every(owner.verbs, single.verbs)) return false;
  if (single.nonResourceURLs !== undefined) {
    return single.nonResourceURLs.every(url => (owner.nonResourceURLs ?? []).some(own => urlMatches(own, url)));
  }
  const names = owner.resourceNames ?? [];
  return (
    every(owner.apiGroups, single.apiGroups) &&
    (single.resources ?? []).every(full => {
      const [resource = '', subresource = ''] = full.split('/');
      return resourceMatches(owner.resources ?? [], { ...ANY_REQUEST, resource, subresource });
    }) &&
    (names.length === 0 || ((single.resourceNames ?? []).length > 0 && every(names, single.resourceNames)))
  );
}
const ANY_REQUEST: RuledRequest = {
  verb: '',
  path: '',
  isResourceRequest: true,
  group: '',
  resource: '',
  subresource: '',
  name: '',
};
