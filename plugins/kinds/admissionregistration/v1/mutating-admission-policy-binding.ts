import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import {
  mutatingAdmissionPolicyBindingSpec,
  type MutatingAdmissionPolicyBindingSpec,
} from './mutating-admission-policy-binding-spec.ts';
import { printParamRef } from './print-param-ref.ts';
import { reservedNameWarnings } from './reserved-name-warnings.ts';
import { validateMutatingBinding } from './validate-mutating-binding.ts';

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
