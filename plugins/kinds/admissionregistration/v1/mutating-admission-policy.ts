import { ageColumn, integer, nameColumn, text } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { mutatingAdmissionPolicySpec, type MutatingAdmissionPolicySpec } from './mutating-admission-policy-spec.ts';
import { printParamKind } from './print-param-kind.ts';
import { reservedNameWarnings } from './reserved-name-warnings.ts';
import { validateMutatingPolicy } from './validate-mutating-policy.ts';

/** What columns are computed from. */
interface Parts {
  readonly spec: MutatingAdmissionPolicySpec;
}

export const MutatingAdmissionPolicy = defineResource({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingAdmissionPolicy',
  plural: 'mutatingadmissionpolicies',
  categories: ['api-extensions'],
  scope: 'Cluster',
  doc: 'How objects are changed before they are stored, in expressions; those of requests that a binding says.',
  openapiName: 'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy',
  fields: { spec: mutatingAdmissionPolicySpec.present().doc('What it changes.').at(2) },
  generation: true,
  putByRevision: true,
  columns: [
    nameColumn,
    integer('Mutations', 'How many there are.', ({ spec }: Parts) => spec.mutations?.length ?? 0),
    text('ParamKind', 'Kind of parameters.', ({ spec }: Parts) => printParamKind(spec.paramKind)),
    ageColumn,
  ],
  validate: ({ spec }, old) => validateMutatingPolicy(spec, old?.spec),
  warnings: reservedNameWarnings,
});
export type MutatingAdmissionPolicy = ObjectOf<typeof MutatingAdmissionPolicy>;
