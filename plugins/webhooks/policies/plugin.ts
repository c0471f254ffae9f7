import { clients } from '../../../src/api/client.ts';
import { resources } from '../../../src/api/resource.ts';
import { LOOPBACK_USER } from '../../../src/api/user-info.ts';
import type { Timers, World } from '../../../src/base/world.ts';
import { definePlugin } from '../../../src/kernel/plugin.ts';
import { caches, type Cache, type Caches } from '../../../src/sdk/caches.ts';
import { controllers } from '../../../src/sdk/controller.ts';
import { admission, authorization, type AdmissionPlugin, type AdmissionRequest } from '../../apiserver/contract.ts';
import { MutatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/mutating-admission-policy-binding.ts';
import { MutatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/mutating-admission-policy.ts';
import { ValidatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import { ValidatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/validating-admission-policy.ts';
import { Namespace } from '../../kinds/core/v1/namespace.ts';
import { knownOnce } from '../known-once.ts';
import { namespaceLabels } from '../namespace-labels.ts';
import { paramGrantChecks } from './param-grant-checks.ts';
import type { PolicyDeps } from './find-invocations.ts';
import { isExemptFromPolicies } from './is-exempt.ts';
import { mutateByPolicies } from './mutate-by-policies.ts';
import { readMutatingPolicy } from './mutating-policy.ts';
import { PoliciesInForce, type AnyBinding, type AnyPolicy, type BoundPolicy, type ReadPolicy } from './policy.ts';
import { typeCheckingController } from './type-checking-controller.ts';
import { validateByPolicies } from './validate-by-policies.ts';
import { readValidatingPolicy } from './validating-policy.ts';

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
      ...paramGrantChecks(deps, ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, name =>
        validating.get(name),
      ),
      ...paramGrantChecks(deps, MutatingAdmissionPolicy, MutatingAdmissionPolicyBinding, name => mutating.get(name)),
    );
  },
});

function mutatingPolicies(deps: PolicyDeps, known: Caches, { timers }: World): AdmissionPlugin {
  const [policies, bindings] = [known.of(MutatingAdmissionPolicy), known.of(MutatingAdmissionPolicyBinding)];
  const inForce = policiesInForce(readMutatingPolicy, policies, bindings, timers);
  return {
    name: 'MutatingAdmissionPolicy',
    order: MUTATING_ORDER,
    resources: ['*'],
    async mutate(request, passage) {
      const found = await inForce(request);
      return found.length === 0 ? request.object : mutateByPolicies(deps, found, request, passage);
    },
  };
}

function validatingPolicies(deps: PolicyDeps, known: Caches, { timers }: World): AdmissionPlugin {
  const [policies, bindings] = [known.of(ValidatingAdmissionPolicy), known.of(ValidatingAdmissionPolicyBinding)];
  const inForce = policiesInForce(readValidatingPolicy, policies, bindings, timers);
  return {
    name: 'ValidatingAdmissionPolicy',
    order: VALIDATING_ORDER,
    resources: ['*'],
    async validate(request) {
      const found = await inForce(request);
      if (found.length > 0) await validateByPolicies(deps, found, request);
    },
  };
}

/** Those that a request is to be held against, once they are known; none where it is exempt. */
function policiesInForce<P extends AnyPolicy, R extends ReadPolicy<P>, B extends AnyBinding>(
  read: (policy: P) => R,
  policies: Cache<P>,
  bindings: Cache<B>,
  timers: Timers,
): (request: AdmissionRequest) => Promise<readonly BoundPolicy<R, B>[]> {
  const inForce = new PoliciesInForce<P, R, B>(read);
  return async request => {
    if (isExemptFromPolicies(request)) return [];
    const bound = await knownOnce(bindings, request, timers);
    return bound.length === 0 ? [] : inForce.of(await knownOnce(policies, request, timers), bound);
  };
}
