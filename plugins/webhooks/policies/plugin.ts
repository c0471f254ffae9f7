import { clients } from '../../../src/api/client.ts';
import { resources } from '../../../src/api/resource.ts';
import { LOOPBACK_USER } from '../../../src/api/user-info.ts';
import type { World } from '../../../src/base/world.ts';
import { definePlugin } from '../../../src/kernel/plugin.ts';
import { caches, type Caches } from '../../../src/sdk/caches.ts';
import { controllers } from '../../../src/sdk/controller.ts';
import { admission, authorization, type AdmissionPlugin } from '../../apiserver/contract.ts';
import { MutatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/mutating-admission-policy-binding.ts';
import { MutatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/mutating-admission-policy.ts';
import { ValidatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import { ValidatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/validating-admission-policy.ts';
import { Namespace } from '../../kinds/core/v1/namespace.ts';
import { knownOnce } from '../known-once.ts';
import { namespaceLabels } from '../namespace-labels.ts';
import { grantChecks } from './check-param-grants.ts';
import type { PolicyDeps } from './find-invocations.ts';
import { isExemptFromPolicies } from './is-exempt.ts';
import { mutateByPolicies } from './mutate-by-policies.ts';
import { readMutatingPolicy, type MutatingPolicy } from './mutating-policy.ts';
import { PoliciesInForce } from './policy.ts';
import { typeCheckingController } from './type-checking-controller.ts';
import { validateByPolicies } from './validate-by-policies.ts';
import { readValidatingPolicy, type ValidatingPolicy } from './validating-policy.ts';

/** After all that mutates, or validates, by itself, and before webhooks that do. */
const MUTATING_ORDER = 9_900;
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
    contribute(controllers, typeCheckingController(served));
    contribute(admission, mutatingPolicies(deps, needs.caches, world), validatingPolicies(deps, needs.caches, world));
    const validating = needs.caches.of(ValidatingAdmissionPolicy);
    const mutating = needs.caches.of(MutatingAdmissionPolicy);
    contribute(
      admission,
      ...grantChecks(deps, ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, name => validating.get(name)),
      ...grantChecks(deps, MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, name => mutating.get(name)),
    );
  },
});

function mutatingPolicies(deps: PolicyDeps, known: Caches, { timers }: World): AdmissionPlugin {
  const policies = known.of(MutatingAdmissionPolicy);
  const bindings = known.of(MutatingAdmissionPolicyBinding);
  const inForce = new PoliciesInForce<MutatingAdmissionPolicy, MutatingPolicy, MutatingAdmissionPolicyBinding>(
    readMutatingPolicy,
  );
  return {
    name: 'MutatingAdmissionPolicy',
    order: MUTATING_ORDER,
    resources: ['*'],
    async mutate(request, passage) {
      if (isExemptFromPolicies(request)) return request.object;
      const bound = await knownOnce(bindings, request, timers);
      if (bound.length === 0) return request.object;
      return mutateByPolicies(deps, inForce.of(await knownOnce(policies, request, timers), bound), request, passage);
    },
  };
}

function validatingPolicies(deps: PolicyDeps, known: Caches, { timers }: World): AdmissionPlugin {
  const policies = known.of(ValidatingAdmissionPolicy);
  const bindings = known.of(ValidatingAdmissionPolicyBinding);
  const inForce = new PoliciesInForce<ValidatingAdmissionPolicy, ValidatingPolicy, ValidatingAdmissionPolicyBinding>(
    readValidatingPolicy,
  );
  return {
    name: 'ValidatingAdmissionPolicy',
    order: VALIDATING_ORDER,
    resources: ['*'],
    async validate(request) {
      if (isExemptFromPolicies(request)) return;
      const bound = await knownOnce(bindings, request, timers);
      if (bound.length === 0) return;
      await validateByPolicies(deps, inForce.of(await knownOnce(policies, request, timers), bound), request);
    },
  };
}
