import type { Client } from '../../src/api/client.ts';
import type { InputOf } from '../../src/api/resource.ts';
import { createUnlessPresent } from '../../src/sdk/create-unless-present.ts';
import { ClusterRole } from '../kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../kinds/rbac/v1/cluster-role-binding.ts';
import type { Subject } from '../kinds/rbac/v1/role-ref.ts';
import type { BootstrapRole, BootstrapSubject } from './bootstrap-role.ts';
import { notCovered } from './policy-rule.ts';

const LABELS = { 'kubernetes.io/bootstrapping': 'rbac-defaults' } as const;
const AUTOUPDATE = 'rbac.authorization.kubernetes.io/autoupdate';
const GROUP = 'rbac.authorization.k8s.io';

/**
 * Makes the bootstrap roles and bindings that are missing and gives back the rules and subjects that
 * were taken from them, unless their annotation `autoupdate` says not to.
 */
export async function reconcileBootstrapRoles(client: Client, roles: readonly BootstrapRole[]): Promise<void> {
  const present = new Map((await client.list(ClusterRole)).items.map(role => [role.metadata.name, role]));
  const bound = new Map((await client.list(ClusterRoleBinding)).items.map(binding => [binding.metadata.name, binding]));
  await Promise.all(
    roles.map(async role => {
      const existing = present.get(role.name);
      await (existing === undefined ? createOnce(client, role) : updateRole(client, role, existing));
      if (role.boundTo === undefined) return;
      const binding = bound.get(role.name);
      await (binding === undefined ? bindOnce(client, role) : updateBinding(client, role, binding));
    }),
  );
}

const metadata = (role: BootstrapRole): InputOf<typeof ClusterRole>['metadata'] => ({
  name: role.name,
  labels: { ...LABELS, ...role.labels },
  annotations: { [AUTOUPDATE]: 'true' },
});

const createOnce = (client: Client, role: BootstrapRole): Promise<void> =>
  createUnlessPresent(client, ClusterRole, {
    metadata: metadata(role),
    rules: role.rules,
    ...(role.aggregates === undefined
      ? {}
      : { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [role.aggregates]: 'true' } }] } }),
  });

async function updateRole(client: Client, role: BootstrapRole, existing: ClusterRole): Promise<void> {
  const missing = notCovered(role.rules, existing.rules ?? []);
  if (missing.length === 0 || isFrozen(existing)) return;
  await client.update(ClusterRole, { ...existing, rules: [...(existing.rules ?? []), ...missing] });
}

const bindOnce = (client: Client, role: BootstrapRole): Promise<void> =>
  createUnlessPresent(client, ClusterRoleBinding, {
    metadata: { name: role.name, labels: LABELS, annotations: { [AUTOUPDATE]: 'true' } },
    roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: role.name },
    subjects: (role.boundTo ?? []).map(subjectOf),
  });

async function updateBinding(client: Client, role: BootstrapRole, existing: ClusterRoleBinding): Promise<void> {
  const subjects = existing.subjects ?? [];
  const missing = (role.boundTo ?? [])
    .map(subjectOf)
    .filter(wanted => !subjects.some(subject => same(subject, wanted)));
  if (missing.length === 0 || isFrozen(existing)) return;
  await client.update(ClusterRoleBinding, { ...existing, subjects: [...subjects, ...missing] });
}

const isFrozen = ({ metadata: { annotations } }: ClusterRole | ClusterRoleBinding): boolean =>
  annotations?.[AUTOUPDATE] === 'false';

const same = (a: Subject, b: Subject): boolean => a.kind === b.kind && a.name === b.name && a.namespace === b.namespace;

function subjectOf(subject: BootstrapSubject): Subject {
  if (subject.kind === 'ServiceAccount') return { ...subject };
  return { ...subject, apiGroup: GROUP };
}
