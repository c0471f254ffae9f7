import { forbiddenError, notFoundError } from '../../src/api/status-error.ts';
import { SUPERUSERS, type UserInfo } from '../../src/api/user-info.ts';
import { admissionFor, type AdmissionPlugin, type Authorization } from '../apiserver/contract.ts';
import { ClusterRole } from '../kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../kinds/rbac/v1/cluster-role-binding.ts';
import { Role } from '../kinds/rbac/v1/role.ts';
import { RoleBinding } from '../kinds/rbac/v1/role-binding.ts';
import { notCovered, type PolicyRule } from './policy-rule.ts';
import type { GrantSource } from './rbac-authorizer.ts';

/** Finds the rules that a binding would grant; `undefined`: there is no such role. */
export interface RoleRules {
  rulesOf(kind: string, name: string, namespace: string): readonly PolicyRule[] | undefined;
}

/** After all that mutates, before other validators. */
const ORDER = 900;

/**
 * Nobody grants what they do not have: a role may be written, and a role may be bound, only by those who
 * hold all of its rules, or the verb `escalate` or `bind`.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
 */
export function escalationChecks(
  grants: GrantSource,
  roles: RoleRules,
  authorization: Authorization,
): readonly AdmissionPlugin[] {
  const check = async (attempt: Attempt): Promise<void> => {
    if (attempt.user.groups.includes(SUPERUSERS)) return;
    await grants.synced;
    const { rules } = attempt;
    if (rules === undefined) {
      // Who may not bind it once it is there may not do so before.
      if (await mayAnyway(authorization, attempt)) return;
      throw notFoundError(attempt.target, attempt.roleName);
    }
    const owned = [...grants.grantsFor(attempt.user, attempt.namespace)].flatMap(({ rules }) => rules);
    const missing = notCovered(rules, owned);
    if (missing.length === 0 || (await mayAnyway(authorization, attempt))) return;
    throw refusal(attempt, missing);
  };
  const operations = ['CREATE', 'UPDATE'] as const;
  const group = 'rbac.authorization.k8s.io';
  const role = (plural: string, kind: typeof Role | typeof ClusterRole): AdmissionPlugin =>
    admissionFor(kind, {
      name: `rbac-escalation-${plural}`,
      order: ORDER,
      operations,
      validate: ({ rules }, { user, namespace, name }) =>
        check({
          user,
          namespace,
          name,
          rules: rules ?? [],
          verb: 'escalate',
          target: { group, plural },
          roleName: name,
        }),
    });
  const binding = (plural: string, kind: typeof RoleBinding | typeof ClusterRoleBinding): AdmissionPlugin =>
    admissionFor(kind, {
      name: `rbac-escalation-${plural}`,
      order: ORDER,
      operations,
      validate: ({ roleRef }, { user, namespace, name }) =>
        check({
          user,
          namespace,
          name,
          rules: roles.rulesOf(roleRef.kind, roleRef.name, namespace),
          verb: 'bind',
          target: { group, plural },
          roleName: roleRef.name,
        }),
    });
  return [
    role('roles', Role),
    role('clusterroles', ClusterRole),
    binding('rolebindings', RoleBinding),
    binding('clusterrolebindings', ClusterRoleBinding),
  ];
}

interface Attempt {
  readonly user: UserInfo;
  readonly namespace: string;
  readonly name: string;
  readonly rules: readonly PolicyRule[] | undefined;
  readonly verb: 'escalate' | 'bind';
  readonly target: { readonly group: string; readonly plural: string };
  readonly roleName: string;
}

async function mayAnyway(authorization: Authorization, attempt: Attempt): Promise<boolean> {
  const { user, namespace, verb, target, roleName } = attempt;
  const resource = target.plural.replace('bindings', 's');
  const decision = await authorization.authorize(user, {
    verb,
    path: '',
    isResourceRequest: true,
    group: target.group,
    version: '*',
    resource,
    subresource: '',
    namespace,
    name: roleName,
  });
  return decision.allowed;
}

function refusal({ user, target, name }: Attempt, missing: readonly PolicyRule[]): Error {
  const shown = missing
    .toSorted((a, b) => compareText(sortedBy(a), sortedBy(b)))
    .map(rule => `{${fields(rule).join(', ')}}`)
    .join('\n');
  const groups = JSON.stringify(user.groups).replaceAll(',', ' ');
  return forbiddenError(
    target,
    name,
    `user ${JSON.stringify(user.name)} (groups=${groups}) is attempting to grant RBAC permissions not currently held:\n${shown}`,
  );
}

/** Upstream sorts rules by their text in Go, which begins so. */
const sortedBy = ({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule) =>
  [verbs, apiGroups, resources, resourceNames, nonResourceURLs].map(values => `[${values.join(' ')}]`).join();

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function fields(rule: PolicyRule): readonly string[] {
  const listed = (name: string, values: readonly string[] | undefined): readonly string[] =>
    values === undefined ? [] : [`${name}:${JSON.stringify(values)}`];
  return [
    ...listed('APIGroups', rule.apiGroups),
    ...listed('Resources', rule.resources),
    ...listed('ResourceNames', rule.resourceNames),
    ...listed('NonResourceURLs', rule.nonResourceURLs),
    ...listed('Verbs', rule.verbs),
  ];
}
