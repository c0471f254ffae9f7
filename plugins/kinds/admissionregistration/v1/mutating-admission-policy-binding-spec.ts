import { type Stored, object, string } from '../../../../src/schema/schema.ts';
import { matchResources } from './match-resources.ts';
import { paramRef } from './policy-parameters.ts';

export const mutatingAdmissionPolicyBindingSpec = object({
  policyName: string().omitEmpty().doc('The policy.').at(1),
  paramRef: paramRef.optional().doc('Parameters of the policy.').at(2),
  matchResources: matchResources.optional().doc('Which of the requests that the policy is about.').at(3),
})
  .named('io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingSpec')
  .doc('Where a policy changes objects.');
export type MutatingAdmissionPolicyBindingSpec = Stored<typeof mutatingAdmissionPolicyBindingSpec>;
