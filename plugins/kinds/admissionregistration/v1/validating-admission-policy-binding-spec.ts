import { type Stored, listSet, object, string } from '../../../../src/schema/schema.ts';
import { matchResources } from './match-resources.ts';
import { paramRef } from './policy-parameters.ts';

export const validatingAdmissionPolicyBindingSpec = object({
  policyName: string().zero().tells(null).doc('The policy.').at(1),
  paramRef: paramRef.optional().doc('Parameters of the policy.').at(2),
  matchResources: matchResources.optional().doc('Which of the requests that the policy is about.').at(3),
  validationActions: listSet(string().choices('Audit', 'Deny', 'Warn'))
    .patchKey(null)
    .omitEmpty()
    .demanded()
    .doc('What becomes of requests of which something does not hold: Deny, Warn, Audit.')
    .at(4),
})
  .named('io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec')
  .doc('Which requests a policy judges, and to what end.');
export type ValidatingAdmissionPolicyBindingSpec = Stored<typeof validatingAdmissionPolicyBindingSpec>;
