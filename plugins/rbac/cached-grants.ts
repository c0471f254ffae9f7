import type { UserInfo } from '../../src/api/user-info.ts';
import type { Cache, CacheIndex, Caches } from '../../src/sdk/caches.ts';
import { ClusterRole } from '../kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../kinds/rbac/v1/cluster-role-binding.ts';
import { Role } from '../kinds/rbac/v1/role.ts';
import { RoleBinding } from '../kinds/rbac/v1/role-binding.ts';
import type { Subject } from '../kinds/rbac/v1/role-ref.ts';
import type { Grant, GrantSource } from './rbac-authorizer.ts';

/** Grants as the caches of roles and bindings have them, found by the subject's name. */
export function cachedGrants(caches: Caches): GrantSource {
  const roles = caches.of(Role);
  const clusterRoles = caches.of(ClusterRole);
  const bindings = caches.of(RoleBinding);
  const clusterBindings = caches.of(ClusterRoleBinding);
  return {
    synced: Promise.all([roles.synced, clusterRoles.synced, bindings.synced, clusterBindings.synced]),
    *grantsFor(user, namespace) {
      for (const key of subjectKeys(user)) {
        for (const binding of clusterBindings.indexed(CLUSTER_BINDINGS_BY_SUBJECT, key)) {
          yield clusterGrant(binding, key, clusterRoles);
        }
        if (namespace === '') continue;
        for (const binding of bindings.indexed(BINDINGS_BY_SUBJECT, `${namespace}/${key}`)) {
          yield namespacedGrant(binding, key, clusterRoles, roles);
        }
      }
    },
  };
}

function clusterGrant(binding: ClusterRoleBinding, subject: string, roles: Cache<ClusterRole>): Grant {
  const { name } = binding.roleRef;
  const role = roles.get(name);
  return {
    rules: role?.rules ?? [],
    source: `ClusterRoleBinding "${binding.metadata.name}" of ClusterRole "${name}" to ${shown(subject)}`,
    ...(role === undefined ? { missingRole: `clusterrole.rbac.authorization.k8s.io "${name}"` } : {}),
  };
}

function namespacedGrant(
  binding: RoleBinding,
  subject: string,
  clusterRoles: Cache<ClusterRole>,
  roles: Cache<Role>,
): Grant {
  const { kind, name } = binding.roleRef;
  const { namespace = '' } = binding.metadata;
  const role = kind === 'ClusterRole' ? clusterRoles.get(name) : roles.get(name, namespace);
  return {
    namespace,
    rules: role?.rules ?? [],
    source: `RoleBinding "${binding.metadata.name}/${namespace}" of ${kind} "${name}" to ${shown(subject)}`,
    ...(role === undefined ? { missingRole: `${kind.toLowerCase()}.rbac.authorization.k8s.io "${name}"` } : {}),
  };
}

/** `User:x` or `Group:y`; a service account is the user it acts as. */
const subjectKeys = ({ name, groups }: UserInfo): readonly string[] => [
  `User:${name}`,
  ...groups.map(group => `Group:${group}`),
];

function subjectKey(subject: Subject, namespace: string): string {
  if (subject.kind !== 'ServiceAccount') return `${subject.kind}:${subject.name}`;
  return `User:system:serviceaccount:${subject.namespace ?? namespace}:${subject.name}`;
}

function shown(key: string): string {
  const [kind = '', ...name] = key.split(':');
  const [system, type, namespace, account] = name;
  if (kind === 'User' && system === 'system' && type === 'serviceaccount')
    return `ServiceAccount "${account}/${namespace}"`;
  return `${kind} "${name.join(':')}"`;
}

const CLUSTER_BINDINGS_BY_SUBJECT: CacheIndex<ClusterRoleBinding> = {
  name: 'rbac.subject',
  keysOf: ({ subjects = [] }) => subjects.map(subject => subjectKey(subject, '')),
};

const BINDINGS_BY_SUBJECT: CacheIndex<RoleBinding> = {
  name: 'rbac.namespace-subject',
  keysOf: ({ subjects = [], metadata: { namespace = '' } }) =>
    subjects.map(subject => `${namespace}/${subjectKey(subject, namespace)}`),
};
