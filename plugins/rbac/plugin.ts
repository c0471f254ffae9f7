import { LOOPBACK_USER } from '../../src/api/user-info.ts';
import { clients } from '../../src/api/client.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { caches } from '../../src/sdk/caches.ts';
import { controllers } from '../../src/sdk/controller.ts';
import { componentRoles, rolesOf } from '../../src/sdk/roles.ts';
import { admission, authorization, authorizers, virtualKinds } from '../apiserver/contract.ts';
import { ClusterRole } from '../kinds/rbac/v1/cluster-role.ts';
import { Role } from '../kinds/rbac/v1/role.ts';
import { accessReviews } from './access-reviews.ts';
import { BOOTSTRAP_ROLES, type BootstrapRole } from './bootstrap-policy.ts';
import { reconcileBootstrapRoles } from './bootstrap-objects.ts';
import { cachedGrants } from './cached-grants.ts';
import { escalationChecks } from './escalation.ts';
import { rbacAuthorizer, superuserAuthorizer } from './rbac-authorizer.ts';
import { rulesReview } from './rules-review.ts';

export default definePlugin({
  name: 'rbac',
  description: 'who may do what: roles, bindings, reviews',
  needs: { clients, caches, authorization },
  contributes: [authorizers(superuserAuthorizer)],
  start({ needs, contribute, collect, ready }) {
    const grants = cachedGrants(needs.caches);
    const clusterRoles = needs.caches.of(ClusterRole);
    const roles = needs.caches.of(Role);
    const rules = {
      rulesOf: (kind: string, name: string, namespace: string) =>
        (kind === 'ClusterRole' ? clusterRoles.get(name) : roles.get(name, namespace))?.rules ?? [],
    };
    contribute(authorizers, rbacAuthorizer(grants));
    contribute(admission, ...escalationChecks(grants, rules, needs.authorization));
    contribute(virtualKinds, ...accessReviews(needs.authorization), rulesReview(grants));
    ready(async () => {
      const client = needs.clients.as(LOOPBACK_USER);
      const ofControllers = [...rolesOf(collect(controllers)), ...collect(componentRoles)].map(
        ({ name, rules, serviceAccount }): BootstrapRole => ({
          name,
          rules,
          boundTo: [{ kind: 'ServiceAccount', ...serviceAccount }],
        }),
      );
      await reconcileBootstrapRoles(client, [...BOOTSTRAP_ROLES, ...ofControllers]);
    });
  },
});
