import { SUPERUSERS, type UserInfo } from '../../src/api/user-info.ts';
import type { Authorizer, Decision, RequestInfo } from '../apiserver/contract.ts';
import { ruleAllows, type PolicyRule } from './policy-rule.ts';

/** One binding that applies to a user, with the rules it grants. */
export interface Grant {
  /** Absent for a ClusterRoleBinding: the grant holds in every namespace and outside of them. */
  readonly namespace?: string;
  readonly rules: readonly PolicyRule[];
  /** `ClusterRoleBinding "x" of ClusterRole "y" to Group "z"`. */
  readonly source: string;
  /** The role that the binding names but that does not exist. */
  readonly missingRole?: string;
}

/** Finds what a user was granted. */
export interface GrantSource {
  readonly synced: Promise<unknown>;
  /** Cluster-wide grants and those of `namespace`. */
  grantsFor(user: UserInfo, namespace: string): Iterable<Grant>;
}

export const superuserAuthorizer: Authorizer = {
  name: 'superusers',
  authorize: user => ({ allowed: user.groups.includes(SUPERUSERS) }),
};

export function rbacAuthorizer(source: GrantSource): Authorizer {
  return {
    name: 'rbac',
    async authorize(user, request) {
      await source.synced;
      return decide(source, user, request);
    },
  };
}

function decide(source: GrantSource, user: UserInfo, request: RequestInfo): Decision {
  const missing = new Set<string>();
  for (const grant of source.grantsFor(user, request.namespace)) {
    if (grant.missingRole !== undefined) missing.add(grant.missingRole);
    if (grant.rules.some(rule => ruleAllows(rule, request))) {
      return { allowed: true, reason: `RBAC: allowed by ${grant.source}` };
    }
  }
  if (missing.size === 0) return { allowed: false };
  return { allowed: false, reason: `RBAC: ${[...missing].map(role => `${role} not found`).join(', ')}` };
}
