import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { clients } from '../../src/api/client.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { caches } from '../../src/sdk/caches.ts';
import { controllers } from '../../src/sdk/controller.ts';
import { componentRoles, rolesOf, type ComponentRole } from '../../src/sdk/roles.ts';
import { admission, authorization, authorizers, healthChecks, virtualKinds } from '../apiserver/contract.ts';
import { ClusterRole } from '../kinds/rbac/v1/cluster-role.ts';
import { Role } from '../kinds/rbac/v1/role.ts';
import { startHook } from '../../src/sdk/start-hook.ts';
import { accessReviews } from './access-reviews.ts';
import { BOOTSTRAP_ROLES } from './bootstrap-roles.ts';
import type { BootstrapRole } from './bootstrap-role.ts';
import { reconcileBootstrapRoles } from './reconcile-bootstrap-roles.ts';
import { cachedGrants } from './cached-grants.ts';
import { escalationChecks } from './escalation.ts';
import { rbacAuthorizer, superuserAuthorizer } from './rbac-authorizer.ts';
import { rulesReview } from './rules-review.ts';

export default definePlugin({
  name: 'rbac',
  description: 'who may do what: roles, bindings, reviews',
  essential: true,
  needs: { clients, caches, authorization },
  contributes: [authorizers(superuserAuthorizer)],
  start({ needs, contribute, follow, ready, log }) {
    const grants = cachedGrants(needs.caches);
    const clusterRoles = needs.caches.of(ClusterRole);
    const roles = needs.caches.of(Role);
    const rules = {
      rulesOf: (kind: string, name: string, namespace: string) => {
        const role = kind === 'ClusterRole' ? clusterRoles.get(name) : roles.get(name, namespace);
        return role === undefined ? undefined : (role.rules ?? []);
      },
    };
    const hook = startHook('rbac/bootstrap-roles');
    contribute(healthChecks, hook.healthCheck);
    contribute(authorizers, rbacAuthorizer(grants));
    contribute(admission, ...escalationChecks(grants, rules, needs.authorization));
    contribute(virtualKinds, ...accessReviews(needs.authorization), rulesReview(grants));
    ready(async () => {
      const client = needs.clients.as(LOOPBACK_USER);
      const first: BootstrapRole[] = [...BOOTSTRAP_ROLES];
      let take = (roles: readonly BootstrapRole[]): void => void first.push(...roles);
      const followed = (roles: readonly ComponentRole[]): undefined => {
        take(roles.map(boundRole));
      };
      follow(controllers, added => followed(rolesOf(added)));
      follow(componentRoles, followed);
      take = roles => {
        reconcileBootstrapRoles(client, roles).catch((error: unknown) => log.error('roles not made', { error }));
      };
      await reconcileBootstrapRoles(client, first);
      hook.done();
    });
  },
});

const boundRole = ({ name, rules, serviceAccount }: ComponentRole): BootstrapRole => ({
  name,
  rules,
  boundTo: [{ kind: 'ServiceAccount', ...serviceAccount }],
});
