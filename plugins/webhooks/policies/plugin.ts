import { clients } from '../../../src/api/client.ts';
import { resources } from '../../../src/api/resource.ts';
import { LOOPBACK_USER } from '../../../src/api/user-info.ts';
import { definePlugin } from '../../../src/kernel/plugin.ts';
import { caches } from '../../../src/sdk/caches.ts';
import { controllers } from '../../../src/sdk/controller.ts';
import { admission, authorization } from '../../apiserver/contract.ts';
import { ValidatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import { ValidatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/validating-admission-policy.ts';
import { Namespace } from '../../kinds/core/v1/namespace.ts';
import { knownOnce } from '../known-once.ts';
import { namespaceLabels } from '../namespace-labels.ts';
import { grantChecks } from './check-param-grants.ts';
import { isExemptFromPolicies } from './is-exempt.ts';
import { policiesInForce } from './policy.ts';
import { typeCheckingController } from './type-checking-controller.ts';
import { validateByPolicies, type PolicyDeps } from './validate-by-policies.ts';

/** After all that validates by itself, and before webhooks. */
const VALIDATING_ORDER = 10_900;

export default definePlugin({
  name: 'admission-policies',
  description: 'holds requests against policies in expressions',
  essential: true,
  needs: { clients, caches, authorization },
  start({ needs, world, collect, contribute }) {
    const served = collect(resources);
    const client = needs.clients.as(LOOPBACK_USER);
    const namespaces = needs.caches.of(Namespace);
    const deps: PolicyDeps = {
      served,
      client,
      authorization: needs.authorization,
      labelsOf: namespaceLabels(needs.caches, client),
      namespaceNamed: async name => namespaces.get(name) ?? (await client.get(Namespace, { name })),
    };
    const policies = needs.caches.of(ValidatingAdmissionPolicy);
    const bindings = needs.caches.of(ValidatingAdmissionPolicyBinding);
    const inForce = policiesInForce();
    contribute(controllers, typeCheckingController(served));
    contribute(admission, {
      name: 'ValidatingAdmissionPolicy',
      order: VALIDATING_ORDER,
      resources: ['*'],
      async validate(request) {
        if (isExemptFromPolicies(request)) return;
        const bound = await knownOnce(bindings, request, world.timers);
        if (bound.length === 0) return;
        await validateByPolicies(deps, inForce(await knownOnce(policies, request, world.timers), bound), request);
      },
    });
    contribute(admission, ...grantChecks(deps, name => policies.get(name)));
  },
});
