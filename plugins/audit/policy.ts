import { objectMeta } from '../../src/api/object-meta-schema.ts';
import type { UserInfo } from '../../src/api/user-info.ts';
import { boolean, list, object, string, type Stored } from '../../src/schema/schema.ts';
import type { RequestInfo } from '../apiserver/contract.ts';
import type { Level, Stage } from './event.ts';

const groupResources = object({
  group: string().default(''),
  resources: list(string()).default([]),
  resourceNames: list(string()).default([]),
}).named('audit.v1.GroupResources');

const policyRule = object({
  level: string<Level | ''>().default(''),
  users: list(string()).default([]),
  userGroups: list(string()).default([]),
  verbs: list(string()).default([]),
  resources: list(groupResources).default([]),
  namespaces: list(string()).default([]),
  nonResourceURLs: list(string()).default([]),
  omitStages: list(string<Stage>()).default([]),
  omitManagedFields: boolean().optional(),
}).named('audit.v1.PolicyRule');

/** `audit.k8s.io/v1` Policy. */
export const policySchema = object({
  apiVersion: string().optional(),
  kind: string().optional(),
  metadata: objectMeta.optional(),
  rules: list(policyRule).default([]),
  omitStages: list(string<Stage>()).default([]),
  omitManagedFields: boolean().default(false),
}).named('audit.v1.Policy');

export type Policy = Stored<typeof policySchema>;
export type PolicyRule = Stored<typeof policyRule>;

/** What is put on record of a request. */
export interface Recording {
  readonly level: Level;
  readonly omitStages: ReadonlySet<Stage>;
  readonly omitManagedFields: boolean;
}

/** What a policy says of requests: the first rule that matches decides. */
export function recordingBy(policy: Policy): (info: RequestInfo, user: UserInfo | undefined) => Recording {
  const rules = policy.rules.map(rule => ({
    rule,
    recording: {
      level: rule.level === '' ? 'None' : rule.level,
      omitStages: new Set([...policy.omitStages, ...rule.omitStages]),
      omitManagedFields: rule.omitManagedFields ?? policy.omitManagedFields,
    },
  }));
  return (info, user) => rules.find(({ rule }) => isMatch(rule, info, user))?.recording ?? NOTHING;
}

const NOTHING: Recording = { level: 'None', omitStages: new Set(), omitManagedFields: false };

function isMatch(rule: PolicyRule, info: RequestInfo, user: UserInfo | undefined): boolean {
  const { users, userGroups, verbs, namespaces, resources, nonResourceURLs } = rule;
  if (users.length > 0 && !(user !== undefined && users.includes(user.name))) return false;
  if (userGroups.length > 0 && !(user?.groups.some(group => userGroups.includes(group)) ?? false)) return false;
  if (verbs.length > 0 && !verbs.includes(info.verb)) return false;
  if (namespaces.length > 0 || resources.length > 0) return isResourceMatch(rule, info);
  if (nonResourceURLs.length === 0) return true;
  return !info.isResourceRequest && nonResourceURLs.some(pattern => isPathMatch(pattern, info.path));
}

const isPathMatch = (pattern: string, path: string): boolean =>
  pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, '')));

function isResourceMatch({ namespaces, resources }: PolicyRule, info: RequestInfo): boolean {
  if (!info.isResourceRequest) return false;
  if (namespaces.length > 0 && !namespaces.includes(info.namespace)) return false;
  return resources.length === 0 || resources.some(each => isNamedIn(each, info));
}

function isNamedIn({ group, resources, resourceNames }: PolicyRule['resources'][number], info: RequestInfo): boolean {
  if (group !== info.group && group !== '*') return false;
  if (resources.length === 0) return true;
  if (resourceNames.length > 0 && !resourceNames.includes(info.name)) return false;
  const { resource, subresource } = info;
  const whole = subresource === '' ? resource : `${resource}/${subresource}`;
  return resources.some(
    pattern =>
      pattern === whole ||
      pattern === '*' ||
      (subresource !== '' && pattern === `*/${subresource}`) ||
      pattern === `${resource}/*`,
  );
}
