import { listAt, type Fields } from '../dig.ts';

/** A role's rule; each list empty where it is not given. */
export interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

const FIELDS = ['verbs', 'apiGroups', 'resources', 'resourceNames', 'nonResourceURLs'] as const;

export const policyRule = (value: unknown): PolicyRule => {
  const [verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = []] = FIELDS.map(field =>
    listAt(value, field).map(String),
  );
  return { verbs, apiGroups, resources, resourceNames, nonResourceURLs };
};

/** As it stands in an object. */
export const ruleFields = (rule: PolicyRule): Fields =>
  Object.fromEntries(
    FIELDS.filter(field => field === 'verbs' || rule[field].length > 0).map(field => [field, rule[field]]),
  );

/** What `rules` allow and `owner` does not, one verb of one thing each. */
export const uncoveredRules = (owner: readonly PolicyRule[], rules: readonly PolicyRule[]): readonly PolicyRule[] =>
  rules.flatMap(singleRules).filter(rule => !owner.some(each => covers(each, rule)));

const NOTHING = policyRule({});

function singleRules({
  verbs,
  apiGroups,
  resources,
  resourceNames,
  nonResourceURLs,
}: PolicyRule): readonly PolicyRule[] {
  const named = resourceNames.length === 0 ? [[]] : resourceNames.map(name => [name]);
  const ofResources = apiGroups.flatMap(group =>
    resources.flatMap(resource =>
      verbs.flatMap(verb =>
        named.map(names => ({
          ...NOTHING,
          verbs: [verb],
          apiGroups: [group],
          resources: [resource],
          resourceNames: names,
        })),
      ),
    ),
  );
  const ofPaths = nonResourceURLs.flatMap(url =>
    verbs.map(verb => ({ ...NOTHING, verbs: [verb], nonResourceURLs: [url] })),
  );
  return [...ofResources, ...ofPaths];
}

function covers(owner: PolicyRule, rule: PolicyRule): boolean {
  const within = (all: readonly string[], some: readonly string[]): boolean =>
    all.includes('*') || some.every(each => all.includes(each));
  return (
    within(owner.verbs, rule.verbs) &&
    within(owner.apiGroups, rule.apiGroups) &&
    rule.resources.every(resource => coversResource(owner.resources, resource)) &&
    rule.nonResourceURLs.every(url => owner.nonResourceURLs.some(each => coversUrl(each, url))) &&
    (owner.resourceNames.length === 0 ||
      (rule.resourceNames.length > 0 && rule.resourceNames.every(name => owner.resourceNames.includes(name))))
  );
}

function coversResource(owned: readonly string[], resource: string): boolean {
  if (owned.includes('*') || owned.includes(resource)) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && owned.includes(`*${resource.slice(slash)}`);
}

const coversUrl = (owned: string, url: string): boolean =>
  owned === url || (owned.endsWith('*') && url.startsWith(owned.replace(/\*+$/, '')));
