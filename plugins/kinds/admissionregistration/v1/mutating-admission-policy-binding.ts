import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { type Stored, object, string } from '../../../../src/schema/schema.ts';
import { matchResources } from './match-resources.ts';
import { paramRef } from './policy-parameters.ts';
import { printParamRef } from './print-param-ref.ts';
import { reservedNameWarnings } from './reserved-name-warnings.ts';
import { validateMutatingBinding } from './validate-mutating-binding.ts';

const mutatingAdmissionPolicyBindingSpec = object({
  policyName: string().omitEmpty().doc('The policy.').at(1),
  paramRef: paramRef.optional().doc('Parameters of the policy.').at(2),
  matchResources: matchResources.optional().doc('Which of the requests that the policy is about.').at(3),
})
  .named('io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingSpec')
  .doc('Where a policy changes objects.');
export type MutatingAdmissionPolicyBindingSpec = Stored<typeof mutatingAdmissionPolicyBindingSpec>;

/** What columns are computed from. */
interface Parts {
  readonly spec: MutatingAdmissionPolicyBindingSpec;
}

export const MutatingAdmissionPolicyBinding = defineResource({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingAdmissionPolicyBinding',
  plural: 'mutatingadmissionpolicybindings',
  categories: ['api-extensions'],
  scope: 'Cluster',
  doc: 'Puts a MutatingAdmissionPolicy in force.',
  openapiName: 'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBinding',
  fields: { spec: mutatingAdmissionPolicyBindingSpec.present().doc('What it puts in force.').at(2) },
  generation: true,
  putByRevision: true,
  columns: [
    nameColumn,
    text('PolicyName', 'The policy.', ({ spec }: Parts) => spec.policyName ?? ''),
    text('ParamRef', 'Its parameters.', ({ spec }: Parts) => printParamRef(spec.paramRef)),
    ageColumn,
  ],
  validate: ({ spec }) => validateMutatingBinding(spec),
  warnings: reservedNameWarnings,
});
export type MutatingAdmissionPolicyBinding = ObjectOf<typeof MutatingAdmissionPolicyBinding>;
