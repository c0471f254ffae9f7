import type { UserInfo } from '../../src/api/user-info.ts';
import type { RequestInfo } from '../apiserver/contract.ts';
import type {
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from '../kinds/flowcontrol/v1/flow-schema-spec.ts';

/** Rules of one FlowSchema that one and the same users go by. */
export interface CompiledRule {
  isOf(user: UserInfo): boolean;
  matches(request: RequestInfo): boolean;
}

export const compileRule = ({
  subjects,
  resourceRules = [],
  nonResourceRules = [],
}: PolicyRulesWithSubjects): CompiledRule => {
  const ofResources = anyOf(resourceRules.map(resourceMatcher));
  const ofPaths = anyOf(nonResourceRules.map(pathMatcher));
  return {
    isOf: anyOf(subjects.map(subjectMatcher)),
    matches: request => (request.isResourceRequest ? ofResources(request) : ofPaths(request)),
  };
};

type Test<T> = (value: T) => boolean;

const always = (): boolean => true;
const never = (): boolean => false;

function anyOf<T>(tests: readonly Test<T>[]): Test<T> {
  if (tests.includes(always)) return always;
  const [only, ...others] = tests;
  if (only === undefined) return never;
  if (others.length === 0) return only;
  return value => tests.some(test => test(value));
}

function subjectMatcher({ kind, user, group, serviceAccount }: Subject): Test<UserInfo> {
  if (kind === 'User' && user !== undefined) return user.name === '*' ? always : ({ name }) => name === user.name;
  if (kind === 'Group' && group !== undefined) {
    return group.name === '*' ? always : ({ groups }) => groups.includes(group.name);
  }
  if (kind !== 'ServiceAccount' || serviceAccount === undefined) return never;
  const prefix = `system:serviceaccount:${serviceAccount.namespace}:`;
  if (serviceAccount.name === '*') return ({ name }) => name.startsWith(prefix);
  return ({ name }) => name === `${prefix}${serviceAccount.name}`;
}

/** The wildcard stands alone where it stands for all. */
function nameMatcher(names: readonly string[]): Test<string> {
  const [first] = names;
  if (names.length === 1) return first === '*' ? always : name => name === first;
  const known = new Set(names);
  return name => known.has(name);
}

function resourceMatcher({ verbs, apiGroups, resources, namespaces, clusterScope = false }: ResourcePolicyRule) {
  const ofVerb = nameMatcher(verbs);
  const ofGroup = nameMatcher(apiGroups);
  const ofResource = nameMatcher(resources);
  const ofNamespace = nameMatcher(namespaces);
  if ([ofVerb, ofGroup, ofResource, ofNamespace].every(test => test === always) && clusterScope) return always;
  return ({ verb, group, resource, subresource, namespace }: RequestInfo): boolean =>
    ofVerb(verb) &&
    ofGroup(group) &&
    ofResource(subresource === '' ? resource : `${resource}/${subresource}`) &&
    (namespace === '' ? clusterScope : ofNamespace(namespace));
}

function pathMatcher({ verbs, nonResourceURLs }: NonResourcePolicyRule) {
  const ofVerb = nameMatcher(verbs);
  if (nonResourceURLs.includes('*')) return ofVerb === always ? always : ({ verb }: RequestInfo) => ofVerb(verb);
  const paths = nonResourceURLs.map(path => ({ path, below: `${path.replace(/\*$/, '').replace(/\/$/, '')}/` }));
  return ({ verb, path }: RequestInfo): boolean =>
    ofVerb(verb) && paths.some(each => each.path === path || path.startsWith(each.below));
}
