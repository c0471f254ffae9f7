import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { printParamRef } from './print-param-ref.ts';
import { reservedNameWarnings } from './reserved-name-warnings.ts';
import { validateValidatingBinding } from './validate-validating-binding.ts';
import {
  validatingAdmissionPolicyBindingSpec,
  type ValidatingAdmissionPolicyBindingSpec,
} from './validating-admission-policy-binding-spec.ts';

/** What columns are computed from. */
interface Parts {
  readonly spec: ValidatingAdmissionPolicyBindingSpec;
}

export const ValidatingAdmissionPolicyBinding = defineResource({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
  categories: ['api-extensions'],
  scope: 'Cluster',
  doc: 'Puts a ValidatingAdmissionPolicy in force.',
  openapiName: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding',
  fields: { spec: validatingAdmissionPolicyBindingSpec.zero().doc('What it puts in force.').at(2) },
  generation: true,
  putByRevision: true,
  columns: [
    nameColumn,
    text('PolicyName', 'The policy.', ({ spec }: Parts) => spec.policyName),
    text('ParamRef', 'Its parameters.', ({ spec }: Parts) => printParamRef(spec.paramRef)),
    ageColumn,
  ],
  validate: ({ spec }) => validateValidatingBinding(spec),
  warnings: reservedNameWarnings,
});
export type ValidatingAdmissionPolicyBinding = ObjectOf<typeof ValidatingAdmissionPolicyBinding>;
